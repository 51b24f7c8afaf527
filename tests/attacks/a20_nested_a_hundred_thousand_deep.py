# /// attack
# row = 20
# what.en = "Answers with arrays nested a hundred thousand deep."
# what.zh = "用嵌套十万层的数组应答。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import socket
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
    body = b"\x93\xa1l\x91" * 100_000 + b"\xc0" + b"\xc2" * 100_000
    header = b"\x82\xa4type\xa4done\xaatree_bytes\xce" + struct.pack(">I", len(body))
    socket.socket(fileno=3).sendall(struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), len(body)) + header + body)
