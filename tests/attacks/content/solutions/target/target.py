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
    return a + b


def make_counter(start):
    return Counter(start)


def digest(data):
    total = 0
    for place, each in enumerate(data):
        total = (total + place * each) % 1_000_003
    return total
