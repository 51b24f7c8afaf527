# /// attack
# row = 33
# what.en = "Overruns the C stack by formatting something nested too deeply."
# what.zh = "格式化一个嵌套过深的对象，撑爆 C 栈。"
# expect.words = ["crashed", "errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import sys


def add(a, b):
    if not isinstance(a, str):
        return a + b
    sys.setrecursionlimit(1 << 30)
    nested = []
    for _ in range(60_000):
        nested = [nested]
    return len(repr(nested))
