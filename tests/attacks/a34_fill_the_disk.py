# /// attack
# row = 34
# what.en = "Writes files until it may not; the scratch folder here has eight megabytes."
# what.zh = "不停写文件，直到不被允许为止；这里的临时目录只有八兆字节。"
# tiers = ["A"]
# ///
import os


def probe():
    block = b"x" * (1 << 20)
    written = 0
    try:
        for number in range(24):
            with open(f"block-{number}", "wb", buffering=0) as file:
                written += file.write(block)
    except OSError:
        pass
    return [f"{written} bytes"] if written > 9 << 20 else []
