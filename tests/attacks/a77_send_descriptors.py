# /// attack
# row = "own"
# what.en = "Sends descriptors along with bytes on the socket, to fill the table of whoever reads them."
# what.zh = "在套接字上随字节一起发送描述符，想填满读取方的描述符表。"
# expect.small_sum = ["crashed"]
# expect.add = ["crashed"]
# expect.add_again = ["crashed"]
# expect.words = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os
import socket


def add(a, b):
    sock = socket.socket(fileno=3)
    number = os.open("/dev/null", os.O_RDONLY)
    for _ in range(3):
        socket.send_fds(sock, [b"x"], [number] * 200)
    return a + b
