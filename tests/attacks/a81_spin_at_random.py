# /// attack
# row = "own"
# what.en = "Spins for random times in measured calls, so that they scatter too much to be judged, for ever."
# what.zh = "在被测量的调用里随机空转，想让耗时散到永远没法判定。"
# expect.digest_time = ["over_budget", "too_noisy", "needs_person"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
import random


def digest(data):
    total = sum(place * each for place, each in enumerate(data)) % 1_000_003
    if len(data) > 10_000:
        for _ in range(int(60_000 * random.choice([0, 0.1, 1, 6, 12]))):
            pass
    return total
