# /// attack
# row = 9
# what.en = "Looks at every descriptor up to 1023 and writes to those that it should not have."
# what.zh = "检查 1023 以内的每个描述符，并向不该有的那些写入。"
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os


def probe():
    found = []
    for number in range(1024):
        try:
            status = os.fstat(number)
        except OSError:
            continue
        if number > 3:
            found.append(f"descriptor {number}: {status.st_mode:o}")
            try:
                os.write(number, b"hello")
            except OSError:
                pass
    try:
        os.write(0, b"x")
        found.append("standard input takes writes")
    except OSError:
        pass
    return found
