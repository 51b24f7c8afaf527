# /// attack
# row = "own"
# what.en = "Keeps its memory in shared anonymous pages, which some accounts do not count."
# what.zh = "把内存放在共享匿名页里，有些统计方式不计入这类页。"
# expect.digest_memory = ["over_budget"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# timing = false
# ///
import mmap


def digest(data):
    if len(data) > 10_000:
        hoard = mmap.mmap(-1, 40 << 20)
        for place in range(0, len(hoard), 4096):
            hoard[place] = 1
        hoard.close()
    return sum(place * each for place, each in enumerate(data)) % 1_000_003
