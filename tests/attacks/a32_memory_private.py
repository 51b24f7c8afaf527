# /// attack
# row = 32
# what.en = "Takes more memory than its budget, for itself."
# what.zh = "独占地要超出预算的内存。"
# expect.small_sum = ["out_of_memory"]
# expect.add = ["out_of_memory"]
# expect.add_again = ["out_of_memory"]
# expect.words = ["out_of_memory"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
def add(a, b):
    hoard = []
    while len(hoard) < 40:
        hoard.append(bytearray(8 << 20))
    return a + b
