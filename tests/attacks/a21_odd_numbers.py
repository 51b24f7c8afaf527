# /// attack
# row = 21
# what.en = "Answers sums with NaN, infinity, a bool, a float of the same value, and an int of a hundred thousand bits."
# what.zh = "用 NaN、无穷大、布尔值、数值相同的浮点数、十万比特的整数来回答求和。"
# expect.small_sum = ["failed"]
# expect.add = ["failed"]
# expect.add_again = ["failed"]
# expect.words = ["failed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import random


def add(a, b):
    if isinstance(a, str):
        return 1 << 100_000
    return random.choice([float("nan"), float("inf"), -0.0, True, 5e-324, 1 << 100_000])
