# /// attack
# row = 56
# what.en = "Enters the kernel by the numbers of another architecture (x32), around a filter that only knows its own."
# what.zh = "用另一种架构（x32）的系统调用号进入内核，绕开只认得本架构的过滤器。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import os


def add(a, b):
    if os.uname().machine != "x86_64":
        os.abort()  # there is no such entrance
    if ctypes.CDLL(None).syscall(0x40000000 | 39) < 0:
        return "refused, but alive"
    return a + b
