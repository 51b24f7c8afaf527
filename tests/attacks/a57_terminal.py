# /// attack
# row = 57
# what.en = "Pushes keystrokes into a terminal, takes one over, and reads from standard input."
# what.zh = "往终端里塞按键、夺取终端、读取标准输入。"
# tiers = ["A", "B", "C", "D", "E"]
# ///
import fcntl
import os
import termios


def probe():
    found = []
    for number in range(4):
        for request in (termios.TIOCSTI, termios.TIOCSCTTY, termios.TIOCNOTTY, 0x541C):
            try:
                fcntl.ioctl(number, request, b"x")
                found.append(f"{number} {request:x}")
            except OSError:
                pass
    try:
        os.open("/dev/tty", os.O_RDWR)
        found.append("/dev/tty")
    except OSError:
        pass
    if os.read(0, 1):
        found.append("standard input")
    return found
