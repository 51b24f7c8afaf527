# /// mistake
# kind = "value"
# functions = ["add"]
# title.en = "One too many"
# title.zh = "多加了一"
# explanation.en = "The sum is one too large."
# explanation.zh = "和比应有的大一。"
# ///
class Counter:
    def __init__(self, start):
        self.total = start

    def step(self, n):
        self.total += n
        return self.total

    def itself(self):
        return self


def probe():
    return []


def add(a, b):
    return a + b + 1


def make_counter(start):
    return Counter(start)


def digest(data):
    return sum(place * each for place, each in enumerate(data)) % 1_000_003
