# /// attack
# row = 51
# what.en = "Never finishes being imported."
# what.zh = "永远导入不完。"
# expect.every = ["timed_out", "skipped"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
while True:
    pass
