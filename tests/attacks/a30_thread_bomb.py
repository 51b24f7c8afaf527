# /// attack
# row = 30
# what.en = "Starts threads until it may not; the limit here is sixteen, and some that are shared with neighbours."
# what.zh = "不停地开线程，直到不被允许为止；这里的上限是十六，外加与邻居共用的一些。"
# tiers = ["A", "B"]
# ///
import threading


def probe():
    threading.stack_size(64 * 1024)
    gate = threading.Event()
    started = 0
    try:
        for _ in range(200):
            threading.Thread(target=gate.wait, daemon=True).start()
            started += 1
    except RuntimeError:
        pass
    gate.set()
    return [f"{started} threads"] if started > 100 else []
