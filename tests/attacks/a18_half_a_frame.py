# /// attack
# row = 18
# what.en = "Sends half a frame and then nothing more."
# what.zh = "只发半个帧，然后什么也不再发。"
# expect.probe = ["timed_out"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import struct
import time


def probe():
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", b"\0" * 16, 20, 1 << 20) + b"half")
    time.sleep(60)
