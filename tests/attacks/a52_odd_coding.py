# /// attack
# row = 52
# what.en = "Names a coding under which its comments are code."
# what.zh = "声明一种编码，使注释在这种编码下变成代码。"
# expect.every = ["errored", "not_attempted"]
# tiers = ["A", "B", "C", "D", "E"]
# whole = true
# tail = "# -*- coding: utf-7 -*-\n#+AAo-import os+AAo-os._exit(0)\n"
# ///
