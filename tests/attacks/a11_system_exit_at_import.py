# /// attack
# row = 11
# what.en = "Raises SystemExit(0) while it is imported."
# what.zh = "在被导入时抛出 SystemExit(0)。"
# expect.every = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
raise SystemExit(0)
