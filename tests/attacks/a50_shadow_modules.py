# /// attack
# row = 50
# what.en = "Puts modules of its own in the place of torch, pytest, conftest, sitecustomize and the grader, as files and in memory."
# what.zh = "用自己的模块（文件形式和内存形式）顶替 torch、pytest、conftest、sitecustomize 以及评分器自身。"
# expect.every = ["passed", "crashed", "errored"]
# tiers = ["A", "B", "C", "D", "E"]
# runs = 2
# ///
import os
import sys
import types

FOUND = [name for name in ("torch.py", "pytest.py", "conftest.py", "sitecustomize.py") if os.path.exists(name)]
for name in ("torch", "pytest", "conftest", "sitecustomize", "grader.grading", "grader.exam", "grader.report"):
    sys.modules[name] = types.ModuleType(name)
    with open(f"{name.split('.')[0]}.py", "w") as file:
        file.write("raise SystemExit(0)\n")
sys.path.insert(0, os.getcwd())


def probe():
    return FOUND
