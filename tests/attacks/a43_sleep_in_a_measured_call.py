# /// attack
# row = 43
# what.en = "Sleeps in a measured call. That takes no processor time; its answer counts, its wall time is reported."
# what.zh = "在被测量的调用里睡一会儿。这不占处理器时间；答案照算，墙钟时间如实报告。"
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# expect.digest_time = ["passed", "too_noisy", "needs_person"]
# ///
import time


def digest(data):
    if len(data) > 10_000:
        time.sleep(0.005)
    total = 0
    for place, each in enumerate(data):
        total = (total + place * each) % 1_000_003
    return total
