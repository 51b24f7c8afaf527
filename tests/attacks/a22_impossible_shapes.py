# /// attack
# row = 22
# what.en = "Answers with arrays of impossible shapes: 2^63 elements, negative dimensions, products that wrap around."
# what.zh = "用不可能的形状应答：2^63 个元素、负的维度、乘积会溢出回绕的形状。"
# exercise = "self_attention"
# parts = ["attention"]
# expect.every = ["failed", "crashed", "skipped"]
# tiers = ["A"]
# harm = "ground"
# ///
import os
import random
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


def scaled_dot_product_attention(q, k, v, mask=None):
    shape = random.choice([[1 << 62, 2], [-1, -4], [1 << 32, 1 << 32], [0, 1 << 47, 1 << 47], [1 << 47] * 40, [2, 2], [0] * 33])
    node = ["a", random.random() < 0.7, random.choice(["float32", "complex128", "bool"]), shape, list(range(len(shape))), True, False]
    body = bytes(16) + msgspec.msgpack.encode(["l", [node, None], True])
    header = msgspec.msgpack.encode({"type": "done", "tree_bytes": len(body) - 16})
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), len(body)) + header + body)
    os._exit(0)
