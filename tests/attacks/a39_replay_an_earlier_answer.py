# /// attack
# row = 39
# what.en = "Computes the first answer, then gives it again, whatever it is asked."
# what.zh = "只算第一次，之后无论问什么都把那个答案再给一遍。"
# expect.digest_time = ["failed"]
# expect.digest_memory = ["passed", "failed"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
ANSWERS = []


def digest(data):
    if not ANSWERS:
        ANSWERS.append(sum(place * each for place, each in enumerate(data)) % 1_000_003)
    return ANSWERS[0]
