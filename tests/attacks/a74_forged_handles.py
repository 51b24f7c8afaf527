# /// attack
# row = "own"
# what.en = "Answers with references to objects of its choice: that do not exist, are negative, or are enormous."
# what.zh = "用自选的对象引用应答：不存在的、负数的、巨大的。"
# expect.every = ["passed", "failed", "errored"]
# expect.add = ["failed"]
# expect.counter = ["failed"]
# expect.counters = ["failed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import random
import sys

HandleRef = sys.modules["grader.model"].HandleRef


def _forged():
    return HandleRef(random.choice([-1, 0, 1, 7, 1 << 40, -(1 << 62), (1 << 63) - 1]), random.choice(["", "Counter", "x" * 5000]))


def add(a, b):
    return _forged()


def make_counter(start):
    return _forged()
