# /// attack
# row = 52
# what.en = "Is a source of thirty thousand open brackets."
# what.zh = "源码是三万个左括号。"
# expect.every = ["errored", "crashed", "out_of_memory"]
# tiers = ["A", "B", "C", "D", "E"]
# whole = true
# tail = "("
# tail_times = 30000
# ///
