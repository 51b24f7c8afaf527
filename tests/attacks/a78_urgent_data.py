# /// attack
# row = "own"
# what.en = "Sends a byte out of band, and shuts half of the socket down."
# what.zh = "发送一个带外字节，并关闭套接字的一半。"
# expect.every = ["passed", "crashed", "timed_out", "skipped"]
# expect.digest = ["passed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import socket


def add(a, b):
    sock = socket.socket(fileno=3)
    if a == 2:
        sock.shutdown(socket.SHUT_RD)
    else:
        sock.send(b"!", socket.MSG_OOB)
    sock.detach()
    return a + b
