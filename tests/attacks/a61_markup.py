# /// attack
# row = 61
# what.en = "Puts scripts, images and the ends of elements into names, exceptions, prints and keys."
# what.zh = "把脚本、图片、标签闭合符塞进名字、异常、打印内容和键里。"
# expect.small_sum = ["errored"]
# expect.add = ["failed"]
# expect.add_again = ["failed"]
# expect.words = ["failed"]
# expect.counter = ["failed"]
# expect.counters = ["failed"]
# expect.counted = ["failed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
EVIL = "</script></pre></textarea><script>alert(1)</script><img src=http://evil/x onerror=alert(1)>{{7*7}}{% raw %}<style>*{}</style>"

print(EVIL)


def add(a, b):
    if (a, b) == (2, 3):
        raise type(EVIL, (Exception,), {"__doc__": EVIL})(EVIL)
    return {EVIL: [EVIL], "a": EVIL}


def make_counter(start):
    return type(EVIL, (), {"step": lambda self, n: EVIL, "itself": lambda self: self})()
