# /// mistake
# kind = "value"
# functions = ["make_counter"]
# title.en = "Steps of twice the size"
# title.zh = "步长翻倍"
# explanation.en = "Each step counts twice."
# explanation.zh = "每一步都算了两次。"
# ///
class Counter:
    def __init__(self, start):
        self.total = start

    def step(self, n):
        self.total += 2 * n
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
    return sum(place * each for place, each in enumerate(data)) % 1_000_003
