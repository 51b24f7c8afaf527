# /// attack
# row = 27
# what.en = "Asks by signal 0 whether processes outside are there: the harmless form of killing them."
# what.zh = "用 0 号信号打听外面的进程在不在：这是杀死它们的无害形式。"
# tiers = ["A", "B", "C", "D"]
# ///
import os
import signal

KNOWN = {}


def probe():
    found = []
    for name in ("decoy_pid", "examiner_pid", "zygote_pid", "runner_pid"):
        for send in (os.kill, lambda pid, number: os.killpg(pid, number)):
            try:
                send(KNOWN[name], 0)
                found.append(name)
            except OSError:
                pass
    if os.getppid() not in (0, 1):
        try:
            os.kill(os.getppid(), signal.SIGCONT)
            found.append("parent")
        except OSError:
            pass
    return found
