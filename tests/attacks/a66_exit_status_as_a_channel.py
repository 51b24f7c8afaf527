# /// attack
# row = 66
# what.en = "Says something about a hidden input by the status with which it ends."
# what.zh = "用退出状态码透露隐藏输入的信息。"
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# never_assessed = "exit status"
# ///
import os


def add(a, b):
    if (a, b) == (2, 3):
        return 5
    os._exit((ord(a[6]) if isinstance(a, str) else a) % 256)
