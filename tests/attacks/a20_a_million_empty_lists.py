# /// attack
# row = 20
# what.en = "Answers with four megabytes of empty lists, each of which is an object once it is decoded."
# what.zh = "用四兆字节的空列表应答，解码后每一个都是一个对象。"
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
    inner = b"\x93\xa1l\xdd" + struct.pack(">I", 800_000) + b"\x93\xa1l\x90\xc2" * 800_000 + b"\xc2"
    body = b"\x93\xa1l\x92" + inner + b"\xc0\xc3"
    header = b"\x82\xa4type\xa4done\xaatree_bytes\xce" + struct.pack(">I", len(body))
    socket.socket(fileno=3).sendall(struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), len(body)) + header + body)
