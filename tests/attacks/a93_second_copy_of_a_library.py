# /// attack
# row = "own"
# what.en = "Gets what is not allowed from a second copy of the library that it loads for itself, under a name put together at run time."
# what.zh = "自己再加载一份库，用运行时拼出来的名字从中取得不许用的函数。"
# expect.small_sum = ["blocked"]
# expect.add = ["blocked"]
# expect.add_again = ["blocked"]
# tiers = []
# ///
import importlib.util

SPEC = importlib.util.find_spec("ma" + "th")
COPY = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(COPY)
SUM = getattr(COPY, "fs" + "um")


def add(a, b):
    return int(SUM([a, b])) if isinstance(a, int) else a + b
