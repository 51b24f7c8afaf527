# /// attack
# row = 16
# what.en = "Finds the number of the request in the frames below, writes a valid reply with a wrong value, and ends itself."
# what.zh = "从下层调用帧里找到请求的随机数，写一份格式正确但值错误的应答，然后结束自己。"
# expect.small_sum = ["failed", "crashed"]
# expect.add = ["failed", "crashed"]
# expect.add_again = ["failed", "crashed"]
# expect.words = ["failed", "crashed"]
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
    body = b"\x93\xa1l\x92\x05\xc0\xc3" if a != 2 else b"\x93\xa1l\x92\x06\xc0\xc3"
    header = b"\x82\xa4type\xa4done\xaatree_bytes" + bytes([len(body)])
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), len(body)) + header + body)
    os._exit(0)
