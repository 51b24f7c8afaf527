# /// attack
# row = 68
# what.en = "Answers and dies at the same moment, at random distances."
# what.zh = "在应答的同时死去，间隔随机。"
# expect.every = ["passed", "crashed", "needs_person"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import random
import threading
import time


def _soon():
    time.sleep(random.random() * 0.002)
    os._exit(random.randrange(256))


def add(a, b):
    threading.Thread(target=_soon, daemon=True).start()
    return a + b


make_counter_before = make_counter


def make_counter(start):
    threading.Thread(target=_soon, daemon=True).start()
    return make_counter_before(start)
