# /// attack
# row = 24
# what.en = "Ignores all signals and loops inside C, holding the interpreter's lock."
# what.zh = "忽略所有信号，并在 C 代码里死循环，一直占着解释器锁。"
# expect.probe = ["timed_out"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import itertools
import signal


def probe():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    return sum(itertools.repeat(0))
