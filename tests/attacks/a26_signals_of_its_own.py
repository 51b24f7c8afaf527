# /// attack
# row = 26
# what.en = "Installs handlers for everything, sets timers that raise, and asks faulthandler to end the process later."
# what.zh = "给一切信号装上处理函数，设置会抛异常的定时器，并让 faulthandler 稍后结束进程。"
# expect.every = ["passed", "errored", "crashed", "needs_person"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import faulthandler
import signal

for number in range(1, 65):
    try:
        signal.signal(number, lambda *_: 1 / 0)
    except (OSError, ValueError):
        pass


def probe():
    faulthandler.dump_traceback_later(0.02, exit=True, file=1)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    return []
