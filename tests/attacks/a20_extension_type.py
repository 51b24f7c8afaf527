# /// attack
# row = 20
# what.en = "Answers with an extension type, a duplicate key in the header, and text that is no UTF-8."
# what.zh = "用扩展类型、头部里的重复键、不是 UTF-8 的文本应答。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import random
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
    body = random.choice([b"\xc7\x04\x01abcd", b"\xd6\xff\x00\x00\x00\x01", b"\xa4\xff\xfe\xfd\xfc", b"\xc1"])
    header = b"\x83\xa4type\xa4done\xaatree_bytes\x01\xaatree_bytes" + bytes([len(body)])
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), len(body)) + header + body)
    os._exit(0)
