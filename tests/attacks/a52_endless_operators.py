# /// attack
# row = 52
# what.en = "Is a source of one expression with a hundred thousand operators."
# what.zh = "源码是一个带十万个运算符的表达式。"
# expect.every = ["errored", "crashed", "out_of_memory", "timed_out", "skipped"]
# tiers = ["A", "B", "C", "D", "E"]
# whole = true
# tail = "-1+"
# tail_times = 100000
# ///
x = \
