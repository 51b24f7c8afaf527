# /// attack
# row = 51
# what.en = "Ends the process while it is imported, with status 0."
# what.zh = "在被导入时以状态 0 结束进程。"
# expect.every = ["crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os

os._exit(0)
