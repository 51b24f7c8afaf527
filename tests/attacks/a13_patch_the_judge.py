# /// attack
# row = 13
# what.en = "Replaces what a judge would use: pytest, unittest, comparisons of libraries, builtins; then answers wrongly."
# what.zh = "替换评判可能用到的一切：pytest、unittest、库里的比较函数、内建函数，然后给出错误答案。"
# expect.small_sum = ["failed", "errored", "crashed"]
# expect.add = ["failed", "errored", "crashed"]
# expect.add_again = ["failed", "errored", "crashed"]
# expect.words = ["failed", "errored", "crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import builtins
import math
import operator
import sys
import types

for name in ("pytest", "unittest", "numpy.testing", "grader.exam.expect", "grader.values"):
    fake = types.ModuleType(name)
    fake.__getattr__ = lambda attribute: lambda *args, **keywords: True
    sys.modules[name] = fake
operator.eq = operator.ne = lambda a, b: True
math.isclose = lambda *args, **keywords: True
builtins.all = lambda things: True
builtins.AssertionError = type("AssertionError", (Exception,), {})
for name, module in list(sys.modules.items()):
    for attribute in ("equal", "allclose", "difference", "compare", "passed"):
        if hasattr(module, attribute):
            try:
                setattr(module, attribute, lambda *args, **keywords: True)
            except (AttributeError, TypeError):
                pass


def add(a, b):
    return None
