# /// attack
# row = "own"
# what.en = "Keeps its memory in a file of the scratch folder that it maps and writes to."
# what.zh = "把内存放在临时目录的一个文件里，映射后写入。"
# expect.digest_memory = ["over_budget", "crashed", "errored"]
# tiers = ["A"]
# full = true
# timing = false
# ///
import mmap
import os


def digest(data):
    if len(data) > 10_000:
        number = os.open("hoard", os.O_RDWR | os.O_CREAT)
        os.ftruncate(number, 40 << 20)
        hoard = mmap.mmap(number, 40 << 20)
        for place in range(0, len(hoard), 4096):
            hoard[place] = 1
        KEPT.append(hoard)
    return sum(place * each for place, each in enumerate(data)) % 1_000_003


KEPT = []
