# /// attack
# row = 16
# what.en = "Sends a message of its own making that says that the check has passed."
# what.zh = "发送一条自造的消息，声称检查已经通过。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import struct
import sys


def _nonce():
    frame = sys._getframe()
    while frame is not None:
        found = frame.f_locals.get("frame")
        if hasattr(found, "nonce"):
            return found.nonce
        frame = frame.f_back


def add(a, b):
    header = b"\x83\xa4type\xa6passed\xa7outcome\xa6passed\xa6points\x64"
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), 0) + header)
    os._exit(0)
