# /// attack
# row = 34
# what.en = "Makes empty files and folders until it may not, and a file of more than the limit of one."
# what.zh = "不停建空文件和目录，直到不被允许为止；再写一个超过单文件上限的文件。"
# tiers = ["A"]
# ///
import os


def probe():
    found = []
    try:
        for number in range(6000):
            os.close(os.open(f"file-{number}", os.O_CREAT | os.O_WRONLY))
        found.append("6000 files")
    except OSError:
        pass
    try:
        number = os.open("file-0", os.O_WRONLY)
        os.pwrite(number, b"x", 1 << 40)
        found.append("a terabyte")
    except OSError:
        pass
    return found
