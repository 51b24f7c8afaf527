# /// attack
# row = "own"
# what.en = "Answers with the largest array of bytes that a reply may have, and one that is larger."
# what.zh = "用应答允许的最大字节串应答，再用更大的。"
# expect.small_sum = ["failed"]
# expect.add = ["failed"]
# expect.add_again = ["failed"]
# expect.words = ["failed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
def add(a, b):
    return bytes((4 << 20) + (a == 2))
