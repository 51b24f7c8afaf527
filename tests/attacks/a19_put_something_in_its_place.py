# /// attack
# row = 19
# what.en = "Puts a pipe, /dev/zero or its own output in the place of the socket."
# what.zh = "把管道、/dev/zero 或自己的标准输出放到套接字的位置上。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import random


def add(a, b):
    match random.randrange(3):
        case 0:
            os.dup2(os.pipe()[0], 3)
        case 1:
            os.dup2(os.open("/dev/zero", os.O_RDONLY), 3)
        case 2:
            os.dup2(1, 3)
    return a + b
