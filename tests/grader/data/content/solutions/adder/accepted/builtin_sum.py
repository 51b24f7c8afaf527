# /// accepted
# note.en = "With the builtin sum."
# note.zh = "用内建的 sum。"
# ///
def add(a, b):
    return a + b


def add_all(numbers):
    return sum(numbers)


class Tally:
    def __init__(self, start=0):
        self._total = start

    def push(self, number):
        self._total = add(self._total, number)

    def total(self):
        return self._total
