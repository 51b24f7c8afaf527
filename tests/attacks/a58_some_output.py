# /// attack
# row = 58
# what.en = "Prints a few hundred kilobytes, which is allowed, in bytes that are no text."
# what.zh = "打印几百千字节（这是允许的），内容不是文本。"
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os


def probe():
    for _ in range(3):
        os.write(1, bytes(range(256)) * 256)
        os.write(2, b"\xff" * 65536)
    return []
