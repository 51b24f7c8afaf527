# /// attack
# row = 51
# what.en = "Prints, patches, starts threads and forks while it is imported."
# what.zh = "在被导入时打印、打补丁、开线程、派生进程。"
# tiers = ["A", "B", "C", "D"]
# ///
import os
import sys
import threading

print("hello from the import" * 1000)
sys.setswitchinterval(1e-6)
sys.settrace(lambda *_: None)
for _ in range(3):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
try:
    if os.fork() == 0:
        os._exit(0)
    FORKED = ["fork"]
except OSError:
    FORKED = []


def probe():
    return FORKED
