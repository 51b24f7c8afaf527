# /// attack
# row = 10
# what.en = "Ends the process with status 0 inside the function that is asked."
# what.zh = "在被调用的函数里以状态 0 结束进程。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os


def add(a, b):
    os._exit(0)
