# /// attack
# row = "own"
# what.en = "Takes leases on library files, so that whoever writes to them next has to wait."
# what.zh = "在库文件上取租约（lease），让接下来要写它们的人等待。"
# tiers = ["A", "B", "C", "D"]
# ///
import fcntl
import os


def probe():
    number = os.open(os.__file__, os.O_RDONLY)
    try:
        fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError:
        return []
    return ["a lease on a library"]
