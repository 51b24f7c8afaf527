# /// attack
# row = 33
# what.en = "Recurses for ever, within the interpreter's limit."
# what.zh = "无限递归，但不改解释器的上限。"
# expect.small_sum = ["errored"]
# expect.add = ["errored"]
# expect.add_again = ["errored"]
# expect.words = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
def add(a, b):
    return add(a, b)
