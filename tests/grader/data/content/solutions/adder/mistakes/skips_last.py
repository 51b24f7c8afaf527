# /// mistake
# kind = "value"
# functions = ["add_all"]
# title.en = "Skips the last number"
# title.zh = "漏掉最后一个数"
# explanation.en = "The loop ends one number early."
# explanation.zh = "循环少走了一步。"
# ///
def add(a, b):
    return a + b


def add_all(numbers):
    total = 0
    for each in numbers[:-1]:
        total = add(total, each)
    return total


class Tally:
    def __init__(self, start=0):
        self._total = start

    def push(self, number):
        self._total = add(self._total, number)

    def total(self):
        return self._total
