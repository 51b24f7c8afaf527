# /// attack
# row = 28
# what.en = "Forks as often as it can, up to eight times, by every call that forks."
# what.zh = "用每一种能派生进程的系统调用反复派生，最多八次。"
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import os
import signal
import time


def probe():
    found = []
    libc = ctypes.CDLL(None, use_errno=True)
    x86 = os.uname().machine == "x86_64"
    forks = [os.fork, lambda: libc.syscall(56 if x86 else 220, signal.SIGCHLD, 0, 0, 0, 0)]
    if x86:
        forks += [lambda: libc.syscall(57)]
    for _ in range(8 // len(forks)):
        for number, fork in enumerate(forks):
            try:
                pid = fork()
            except OSError:
                continue
            if pid == 0:
                time.sleep(0.05)
                os._exit(0)
            if pid > 0:
                found.append(f"fork by {number}")
    return found
