# /// attack
# row = "own"
# what.en = "Is slow, and has timers of the kernel's continue it whenever it has been stopped, to work beside the reference."
# what.zh = "本身很慢，又布下内核定时器，一被停住就让自己继续运行，好在参考实现计时的时候捣乱。"
# expect.digest_time = ["over_budget", "too_noisy", "needs_person"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
import ctypes
import os
import signal
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
CREATE, SET = (222, 223) if os.uname().machine == "x86_64" else (107, 110)

event = (ctypes.c_int * 16)(0, 0, signal.SIGCONT, 0)  # sigev_signo behind eight bytes of value
timer = ctypes.c_int()
if LIBC.syscall(CREATE, 1, event, ctypes.byref(timer)) == 0:
    LIBC.syscall(SET, timer, 0, (ctypes.c_long * 4)(0, 1_000_000, 0, 1_000_000), None)


def spin():
    while True:
        bytes(1 << 20)


threading.Thread(target=spin, daemon=True).start()


def digest(data):
    for _ in range(4):
        total = 0
        for place, each in enumerate(data):
            total = (total + place * each) % 1_000_003
    return total
