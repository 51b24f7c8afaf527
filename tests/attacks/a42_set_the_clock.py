# /// attack
# row = 42
# what.en = "Sets the machine's clock (to what it says already), and adjusts its rate by nothing."
# what.zh = "设置机器的时钟（设成它现在的值），并把走时速率调整零。"
# tiers = ["A", "B", "C", "D", "E"]
# harm = "ground"
# ///
import ctypes
import os
import time


def probe():
    found = []
    try:
        time.clock_settime(time.CLOCK_REALTIME, time.time())
        found.append("clock_settime")
    except OSError:
        pass
    libc = ctypes.CDLL(None, use_errno=True)
    x86 = os.uname().machine == "x86_64"
    now = (ctypes.c_long * 2)(int(time.time()), 0)
    if libc.syscall(164 if x86 else 170, now, None) == 0:
        found.append("settimeofday")
    modes = ctypes.create_string_buffer(b"\x02\x00\x00\x00", 256)  # ADJ_FREQUENCY, with a frequency of 0
    if libc.syscall(159 if x86 else 171, modes) >= 0:
        found.append("adjtimex")
    return found
