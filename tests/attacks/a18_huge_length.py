# /// attack
# row = 18
# what.en = "Announces a frame of an exabyte, and one whose header is as large as numbers go."
# what.zh = "宣称一个 EB 级的帧，以及头部长度取到整数上限的帧。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import struct


def add(a, b):
    header_bytes, body_bytes = (0xFFFFFFFF, 0) if isinstance(a, int) and a % 2 else (10, 1 << 60)
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", b"\0" * 16, header_bytes, body_bytes) + b"x" * 4096)
    return a + b
