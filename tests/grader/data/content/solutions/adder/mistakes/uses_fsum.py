# /// mistake
# kind = "rule"
# functions = ["add_all"]
# title.en = "Leaves the sum to math.fsum"
# title.zh = "把求和交给了 math.fsum"
# explanation.en = "The task is to write it."
# explanation.zh = "题目要求自己写。"
# ///
import math


def add(a, b):
    return a + b


def add_all(numbers):
    return int(math.fsum(numbers))


class Tally:
    def __init__(self, start=0):
        self._total = start

    def push(self, number):
        self._total = add(self._total, number)

    def total(self):
        return self._total
