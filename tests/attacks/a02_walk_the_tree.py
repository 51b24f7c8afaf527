# /// attack
# row = 2
# what.en = "Looks for tests, solutions and the grader itself from every folder that it knows: root, home, here, above, the import path."
# what.zh = "从它知道的每个目录（根、主目录、当前、上级、导入路径）出发，寻找测试、答案和评分器自身。"
# ///
import os
import sys

WANTED = ("grader", "tests", "exercises", "solutions", "hidden", "attacks", "samples")


def probe():
    found = []
    starts = ["/", os.path.expanduser("~"), ".", "..", "../..", "/home", "/root", "/srv", "/tmp", "/var", "/etc", *sys.path]
    for start in dict.fromkeys(starts):
        for name in ("", *WANTED):
            folder = os.path.join(start, name)
            try:
                inside = os.listdir(folder)
            except OSError:
                continue
            # A folder that is shown empty, in place of what is there, tells nothing.
            found += [os.path.join(folder, each) for each in inside if name or each in ("shadow", "passwd", "test_target.py")]
    return found[:20]
