# /// attack
# row = 18
# what.en = "Sends a frame byte by byte, slowly, so that something always seems to be coming."
# what.zh = "一个字节一个字节地慢慢发，让对方总以为还有数据要来。"
# expect.probe = ["timed_out"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import struct
import time


def probe():
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", b"\0" * 16, 20, 1 << 20))
    while True:
        os.write(3, b"x")
        time.sleep(0.002)
