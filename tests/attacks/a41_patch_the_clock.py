# /// attack
# row = 41
# what.en = "Is slow, and has every clock that it can reach stand still."
# what.zh = "本身很慢，并让它够得着的每个时钟都停住。"
# expect.digest_time = ["over_budget", "needs_person", "too_noisy"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
import os
import resource
import time

for name in ("time", "perf_counter", "monotonic", "process_time", "thread_time"):
    setattr(time, name, lambda: 0.0)
    setattr(time, f"{name}_ns", lambda: 0)
os.times = lambda: (0.0,) * 5
resource.getrusage = lambda who: None


def digest(data):
    for _ in range(6):
        total = 0
        for place, each in enumerate(data):
            total = (total + place * each) % 1_000_003
    return total
