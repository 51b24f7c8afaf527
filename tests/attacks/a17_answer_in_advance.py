# /// attack
# row = 17
# what.en = "Sends two replies to one request, so that the second waits for the next one."
# what.zh = "对一个请求发两份应答，让第二份等着下一个请求。"
# expect.small_sum = ["passed", "failed", "crashed"]
# expect.add = ["failed", "crashed"]
# expect.add_again = ["passed", "failed", "crashed"]
# expect.words = ["passed", "failed", "crashed"]
# expect.counter = ["passed", "failed", "crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import struct
import sys
import threading
import time


def _nonce():
    frame = sys._getframe()
    while frame is not None:
        found = frame.f_locals.get("frame")
        if hasattr(found, "nonce"):
            return found.nonce
        frame = frame.f_back


def add(a, b):
    body = b"\x93\xa1l\x92\x05\xc0\xc3"
    header = b"\x82\xa4type\xa4done\xaatree_bytes" + bytes([len(body)])
    reply = struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), len(body)) + header + body

    def later():
        while True:  # right behind the true reply, and again and again
            os.write(3, reply)
            time.sleep(0.0001)

    threading.Thread(target=later, daemon=True).start()
    return a + b
