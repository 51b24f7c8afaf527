# /// attack
# row = 58
# what.en = "Writes to both outputs for ever, without a newline."
# what.zh = "不停地往两个输出里写，一个换行也没有。"
# expect.probe = ["over_budget"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os


def probe():
    block = bytes(range(256)) * 256
    while True:
        os.write(1, block)
        os.write(2, block)
