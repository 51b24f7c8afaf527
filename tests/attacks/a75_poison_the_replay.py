# /// attack
# row = "own"
# what.en = "Exchanges two objects in its answers, so that a replay of its calls goes astray and is remembered for the next submission."
# what.zh = "在应答里调换两个对象，让对其调用的重放走错路，并作为缓存留给下一份提交。"
# expect.counter = ["failed"]
# expect.counters = ["failed"]
# expect.counted = ["failed"]
# tiers = ["A", "B", "C", "D", "E"]
# fresh = true
# ///
MADE = []


class Wrong:
    def __init__(self, start):
        self.total = start
        MADE.append(self)

    def step(self, n):
        self.total += 2 * n
        return self.total

    def itself(self):
        return next((each for each in MADE[-2:] if each is not self), self)


def make_counter(start):
    return Wrong(start)
