# /// attack
# row = 12
# what.en = "Leaves code for the end of the process: atexit, finalizers, destructors, and the end of threading."
# what.zh = "给进程结束时留下代码：atexit、终结器、析构方法和 threading 的收尾。"
# tiers = ["A", "B", "C", "D", "E"]
# never_printed = "farewell"
# ///
import atexit
import os
import threading
import weakref


def _speak(*_):
    os.write(1, b"fare" + b"well\n")


class Keeper:
    def __del__(self):
        _speak()


KEEPER = Keeper()
KEEPER.circle = KEEPER
OTHER = type("Other", (), {})()
weakref.finalize(OTHER, _speak)
atexit.register(_speak)
threading._register_atexit(_speak)
threading.Thread(target=threading.Event().wait, daemon=False).start()
