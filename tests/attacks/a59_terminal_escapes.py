# /// attack
# row = 59
# what.en = "Prints and raises terminal escapes, overwritten lines, turned reading directions and invisible characters."
# what.zh = "打印并抛出终端转义序列、覆盖行、反转阅读方向的字符和不可见字符。"
# expect.small_sum = ["errored"]
# expect.add = ["errored"]
# expect.add_again = ["errored"]
# expect.words = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
EVIL = "\x1b[2J\x1b]52;c;ZXZpbA==\x07\x1b]8;;http://evil/\x07link\x1b]0;title\x07all good\rnot \u202edetrevni\u2066 \u200bzero\ufeff \x9b31m\x00\x08"

print(EVIL)


def add(a, b):
    print(EVIL)
    raise type("Error" + EVIL.replace("\0", ""), (Exception,), {})(EVIL)
