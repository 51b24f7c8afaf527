# /// attack
# row = 36
# what.en = "Overwrites small integers of its interpreter, so that two and three look like others."
# what.zh = "改写自己解释器里的小整数，让二和三看起来是别的数。"
# expect.every = ["failed", "crashed", "errored", "passed", "timed_out", "needs_person"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import ctypes


def add(a, b):
    ctypes.memset(id(5) + 24, 7, 1)
    return a + b
