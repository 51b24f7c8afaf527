# /// attack
# row = 36
# what.en = "Reads from address zero, and calls abort, in C."
# what.zh = "在 C 里读取零地址，或调用 abort。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import ctypes


def add(a, b):
    if isinstance(a, str):
        ctypes.CDLL(None).abort()
    return ctypes.string_at(0)
