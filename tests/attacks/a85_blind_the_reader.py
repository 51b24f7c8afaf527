# /// attack
# row = "own"
# what.en = "Uses what is not allowed behind an expression that is too deep for whoever reads the source, but not for the compiler."
# what.zh = "使用不许用的函数，同时放一个深到读源码的人读不了、编译器却还能编译的表达式。"
# expect.small_sum = ["blocked", "errored"]
# expect.add = ["blocked", "errored"]
# expect.add_again = ["blocked", "errored"]
# expect.words = ["blocked", "errored"]
# expect.every = ["passed", "errored"]
# tiers = ["A", "B", "C", "D", "E"]
# tail = "-"
# tail_times = 984
# ///
import math


def add(a, b):
    return math.fsum([a, b]).__int__() if isinstance(a, int) else a + b


DEEP = 1\
