# /// mistake
# kind = "value"
# functions = ["add_all"]
# title.en = "Sorts the list it was given"
# title.zh = "就地排序了传入的列表"
# explanation.en = "The caller's list is changed."
# explanation.zh = "调用者的列表被改动了。"
# ///
def add(a, b):
    return a + b


def add_all(numbers):
    numbers.sort()
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
