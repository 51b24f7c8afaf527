# /// attack
# row = 25
# what.en = "Matches a regular expression that takes longer than the universe."
# what.zh = "匹配一个跑到宇宙尽头也匹配不完的正则表达式。"
# expect.probe = ["timed_out"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import re


def probe():
    return re.match(r"(a+)+$", "a" * 64 + "b") is None
