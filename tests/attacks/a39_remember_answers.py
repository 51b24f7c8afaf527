# /// attack
# row = 39
# what.en = "Is slow, and remembers answers by the input's hash, address and length for the next repetition."
# what.zh = "本身很慢，但按输入的哈希、地址、长度记住答案，供下一次重复使用。"
# expect.digest_time = ["over_budget", "needs_person", "too_noisy"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
KNOWN_ANSWERS = {}


def digest(data):
    key = hash(data)
    if key not in KNOWN_ANSWERS:
        for _ in range(6):
            total = 0
            for place, each in enumerate(data):
                total = (total + place * each) % 1_000_003
        KNOWN_ANSWERS[key] = total
    return KNOWN_ANSWERS[key]
