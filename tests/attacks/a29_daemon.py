# /// attack
# row = 29
# what.en = "Forks twice and starts a session of its own, to outlive its worker."
# what.zh = "派生两次并自立会话，想比 worker 活得更久。"
# tiers = ["A", "B", "C", "D"]
# ///
import os
import time


def probe():
    try:
        pid = os.fork()
    except OSError:
        return []
    if pid == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        os.closerange(0, 64)
        time.sleep(20)  # it will be ended long before
        os._exit(0)
    return ["a daemon"]
