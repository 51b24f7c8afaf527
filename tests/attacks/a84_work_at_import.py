# /// attack
# row = "own"
# what.en = "Prepares answers for inputs that it guesses while it is imported, and computes slowly where it guessed wrong."
# what.zh = "在导入时为猜到的输入备好答案，猜错时再慢慢算。"
# expect.digest_time = ["over_budget", "too_noisy", "needs_person"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
import random

GUESSES = {}
for seed in range(5):
    data = random.Random(seed).randbytes(20_000)
    GUESSES[data] = sum(place * each for place, each in enumerate(data)) % 1_000_003


def digest(data):
    if data in GUESSES:
        return GUESSES[data]
    for _ in range(5):
        total = 0
        for place, each in enumerate(data):
            total = (total + place * each) % 1_000_003
    return total
