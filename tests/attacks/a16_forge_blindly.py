# /// attack
# row = 16
# what.en = "Writes a reply of its own to the socket, without knowing the number of the request."
# what.zh = "在不知道请求随机数的情况下，自己往套接字里写一份应答。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import struct


def add(a, b):
    header = b"\x82\xa4type\xa4done\xaatree_bytes\x04"
    body = b"\x93\xa1l\x92\x05\xc0\xc3"
    header = header[:-1] + bytes([len(body)])
    os.write(3, struct.pack("<4s16sIQ", b"GRW1", b"\0" * 16, len(header), len(body)) + header + body)
    return a + b
