# /// attack
# row = 65
# what.en = "Prints, raises and returns the hidden inputs, so that the feedback to an assessed candidate shows them."
# what.zh = "打印、抛出、返回隐藏输入，想让给受评者的反馈把它们显示出来。"
# expect.add = ["failed"]
# expect.add_again = ["failed"]
# expect.words = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import sys


def add(a, b):
    if (a, b) == (2, 3):
        return 5
    print(a, b)
    sys.stderr.write(repr((a, b)))
    if isinstance(a, str):
        raise type(a.replace("-", "_"), (Exception,), {})(a, b)
    return f"{a} {b}"
