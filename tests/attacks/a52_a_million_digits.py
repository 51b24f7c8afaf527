# /// attack
# row = 52
# what.en = "Holds an integer of a million digits."
# what.zh = "源码里有一个一百万位的整数。"
# expect.every = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# whole = true
# tail = "7"
# tail_times = 1000000
# ///
x = 1\
