# /// attack
# row = 18
# what.en = "Writes random bytes to the socket."
# what.zh = "往套接字里写随机字节。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os


def add(a, b):
    os.write(3, os.urandom(5000))
    return a + b
