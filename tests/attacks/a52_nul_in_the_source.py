# /// attack
# row = 52
# what.en = "Holds a NUL byte, behind which the rest of the source hides."
# what.zh = "源码里有一个 NUL 字节，其余部分躲在后面。"
# expect.every = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# whole = true
# tail = "\u0000\nraise SystemExit"
# ///
