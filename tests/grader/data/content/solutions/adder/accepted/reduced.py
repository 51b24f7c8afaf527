# /// accepted
# note.en = "With functools.reduce."
# note.zh = "用 functools.reduce。"
# ///
import functools


def add(a, b):
    return a + b


def add_all(numbers):
    return functools.reduce(add, numbers, 0)


class Tally:
    def __init__(self, start=0):
        self._total = start

    def push(self, number):
        self._total = add(self._total, number)

    def total(self):
        return self._total
