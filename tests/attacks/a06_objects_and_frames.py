# /// attack
# row = 6
# what.en = "Searches all objects of the interpreter and all frames below its own for something secret."
# what.zh = "在解释器的所有对象和所有调用帧里寻找秘密。"
# tiers = ["A", "B", "C", "D", "E"]
# ///
import gc
import re
import sys


def probe():
    pattern = re.compile("CANARY-[0-9a-f]{32}")
    found = []
    seen = set()

    def look(thing):
        if id(thing) in seen:
            return
        seen.add(id(thing))
        if isinstance(thing, str):
            found.extend(pattern.findall(thing))
        elif isinstance(thing, bytes | bytearray):
            found.extend(pattern.findall(bytes(thing).decode("latin-1")))

    for thing in gc.get_objects():
        look(thing)
        for each in gc.get_referents(thing):
            look(each)
    frame = sys._getframe()
    while frame is not None:
        for value in frame.f_locals.values():
            look(value)
        frame = frame.f_back
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("pytest", "_pytest") or name.startswith(("grader.exam.", "grader.diagnosis", "grader.catalog")):
            found.append(name)
    return found
