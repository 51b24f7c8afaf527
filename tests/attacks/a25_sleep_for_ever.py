# /// attack
# row = 25
# what.en = "Sleeps for ever, using no processor time."
# what.zh = "永远睡着，不用任何处理器时间。"
# expect.probe = ["timed_out"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import time


def probe():
    while True:
        time.sleep(3600)
