# /// mistake
# kind = "cost"
# functions = ["add_all"]
# breaks = ["add_all_time"]
# title.en = "Sums every prefix"
# title.zh = "对每个前缀重新求和"
# explanation.en = "Each step adds up the whole prefix again."
# explanation.zh = "每一步都把整个前缀重新加一遍。"
# ///
def add(a, b):
    return a + b


def add_all(numbers):
    total = 0
    for end in range(1, len(numbers) + 1):
        total = sum(numbers[:end])
    return total


class Tally:
    def __init__(self, start=0):
        self._total = start

    def push(self, number):
        self._total = add(self._total, number)

    def total(self):
        return self._total
