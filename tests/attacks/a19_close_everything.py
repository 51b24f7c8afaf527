# /// attack
# row = 19
# what.en = "Closes every descriptor."
# what.zh = "关掉所有描述符。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import time


def add(a, b):
    os.closerange(0, 256)
    time.sleep(0.02)
    return a + b
