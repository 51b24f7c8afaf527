# /// attack
# row = "own"
# what.en = "Says of itself that it used something that is not allowed, under a name made of markup."
# what.zh = "自称用了不许用的东西，而那个名字是一段标记。"
# expect.small_sum = ["blocked", "crashed"]
# expect.add = ["blocked", "crashed"]
# expect.add_again = ["blocked", "crashed"]
# expect.words = ["blocked", "crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import struct
import sys

import msgspec


def _nonce():
    frame = sys._getframe()
    while frame is not None:
        found = frame.f_locals.get("frame")
        if hasattr(found, "nonce"):
            return found.nonce
        frame = frame.f_back


def add(a, b):
    header = msgspec.msgpack.encode({"type": "blocked", "name": "<script>alert(1)</script>\x1b[2J\u202e" + str(a), "line": -(1 << 62)})
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), 0) + header)
    os._exit(0)
