# /// attack
# row = "own"
# what.en = "Takes memory, gives it back, then maps a large library and touches it, so that its pages are taken off the peak."
# what.zh = "先占内存再还回去，然后映射一个很大的库文件并逐页触碰，让这些文件页从峰值里被扣掉。"
# expect.digest_memory = ["over_budget"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# timing = false
# ///
import glob
import mmap
import os
import sys


def digest(data):
    if len(data) > 10_000:
        hoard = bytearray(60 << 20)
        for place in range(0, len(hoard), 4096):
            hoard[place] = 1
        del hoard
        left = 70 << 20
        for folder in sys.path:
            for path in glob.glob(f"{folder}/torch/lib/*.so") + glob.glob(f"{folder}/*/*.so") + glob.glob(f"{folder}/*.so"):
                size = min(os.path.getsize(path), left)
                if left > 0 and size > 4096:
                    with open(path, "rb") as file:
                        mapped = mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ)
                    sum(mapped[place] for place in range(0, size, 4096))
                    KEPT.append(mapped)
                    left -= size
    return sum(place * each for place, each in enumerate(data)) % 1_000_003


KEPT = []
