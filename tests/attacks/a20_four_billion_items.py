# /// attack
# row = 20
# what.en = "Answers with an array that claims four billion items."
# what.zh = "用一个声称有四十亿个元素的数组应答。"
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
    body = b"\x93\xa1l\xdd\xff\xff\xff\xff\xc0\xc0"
    header = b"\x82\xa4type\xa4done\xaatree_bytes" + bytes([len(body)])
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), len(body)) + header + body)
    os._exit(0)
