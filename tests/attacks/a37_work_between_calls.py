# /// attack
# row = 37
# what.en = "Works in threads between the calls that are timed."
# what.zh = "在被计时的两次调用之间，用线程继续干活。"
# expect.digest_time = ["over_budget", "needs_person", "too_noisy"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
import threading


def _work():
    number = 0
    while True:
        number = (number * 31 + 7) % 1_000_003


def digest(data):
    if threading.active_count() < 4:
        for _ in range(4):
            threading.Thread(target=_work, daemon=True).start()
    total = 0
    for place, each in enumerate(data):
        total = (total + place * each) % 1_000_003
    return total
