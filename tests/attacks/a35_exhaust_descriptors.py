# /// attack
# row = 35
# what.en = "Opens descriptors until it may not, and keeps them while it is asked again."
# what.zh = "不停打开描述符直到不被允许，并且在后续调用期间一直占着。"
# expect.every = ["passed", "errored", "crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import socket

KEPT = []


def probe():
    try:
        for _ in range(2000):
            KEPT.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    return [f"{len(KEPT)} descriptors"] if len(KEPT) > 256 else []


def add(a, b):
    try:
        while True:
            KEPT.append(socket.socketpair())
    except OSError:
        pass
    return a + b
