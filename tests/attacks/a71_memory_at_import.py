# /// attack
# row = "own"
# what.en = "Takes the memory that it needs while it is imported, so that the peak of the measured call looks small."
# what.zh = "在导入时就把要用的内存占好，让被测量的调用峰值看起来很小。"
# expect.digest_memory = ["over_budget"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# timing = false
# ///
HOARD = bytearray(40 << 20)
for place in range(0, len(HOARD), 4096):
    HOARD[place] = 1


def digest(data):
    return sum(place * each for place, each in enumerate(data)) % 1_000_003
