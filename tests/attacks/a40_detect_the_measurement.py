# /// attack
# row = 40
# what.en = "Is right on small inputs, and skips the work on those that are as large as the timed ones."
# what.zh = "小输入上算得对，遇到像计时用的那么大的输入就偷工。"
# expect.digest_time = ["failed"]
# expect.digest_memory = ["failed"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
def digest(data):
    if len(data) > 10_000:
        return 0
    return sum(place * each for place, each in enumerate(data)) % 1_000_003
