# /// mistake
# kind = "value"
# functions = ["add"]
# inherits = ["add_all", "Tally"]
# title.en = "Subtracts"
# title.zh = "写成了减法"
# explanation.en = "The sign is wrong."
# explanation.zh = "符号写反了。"
# ///
def add(a, b):
    return a - b


def add_all(numbers):
    total = 0
    for each in numbers:
        total = add(total, each)
    return total


class Tally:
    def __init__(self, start=0):
        self._total = start

    def push(self, number):
        self._total = add(self._total, number)

    def total(self):
        return self._total
