# /// attack
# row = "own"
# what.en = "Is slow, and arms hundreds of timers that go off while it is stopped and the reference runs on its core."
# what.zh = "本身很慢，又布下几百个定时器，让它们在自己被停住、参考实现在同一个核上运行时触发。"
# expect.digest_time = ["over_budget", "too_noisy", "needs_person"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)
CREATE, SET = (283, 286) if os.uname().machine == "x86_64" else (85, 86)
TIMERS = [each for each in (LIBC.syscall(CREATE, 1, 0) for _ in range(200)) if each >= 0]


def digest(data):
    if len(data) > 10_000:
        for number, timer in enumerate(TIMERS):
            when = (ctypes.c_long * 4)(0, 5_000, 0, 300_000 + number * 20_000)
            LIBC.syscall(SET, timer, 0, when, None)
    for _ in range(4):
        total = 0
        for place, each in enumerate(data):
            total = (total + place * each) % 1_000_003
    return total
