# /// attack
# row = 11
# what.en = "Raises SystemExit, KeyboardInterrupt and GeneratorExit inside the function that is asked."
# what.zh = "在被调用的函数里抛出 SystemExit、KeyboardInterrupt、GeneratorExit。"
# expect.small_sum = ["errored"]
# expect.add = ["errored"]
# expect.add_again = ["errored"]
# expect.words = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import random
import sys


def add(a, b):
    match random.randrange(3):
        case 0:
            sys.exit(0)
        case 1:
            raise KeyboardInterrupt
        case 2:
            raise GeneratorExit
