# /// attack
# row = "own"
# what.en = "Is slow, and spoils the caches that the reference finds on the core they share."
# what.zh = "本身很慢，还把与参考实现共用的那个核上的缓存弄脏。"
# expect.digest_memory = ["over_budget"]
# expect.digest_time = ["over_budget", "too_noisy", "needs_person"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
SPOIL = bytearray(16 << 20)


def digest(data):
    total = 0
    for place, each in enumerate(data):
        total = (total + place * each) % 1_000_003
    if len(data) > 10_000:
        for _ in range(1):
            SPOIL[::64] = bytes(len(SPOIL[::64]))
            SPOIL.translate(bytes(256))
    return total
