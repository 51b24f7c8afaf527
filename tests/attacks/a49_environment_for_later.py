# /// attack
# row = 49
# what.en = "Plants variables that later processes would obey."
# what.zh = "植入后来的进程会听从的环境变量。"
# tiers = ["A", "B", "C", "D", "E"]
# runs = 2
# ///
import ctypes
import os
import sys

PLANTED = {"LD_PRELOAD": "/scratch/evil.so", "PYTHONSTARTUP": "/scratch/evil.py", "PYTHONPATH": "/scratch", "PYTEST_ADDOPTS": "--collect-only", "OMP_NUM_THREADS": "64"}
# Executed once more in the same process, it would find what it has planted itself.
FOUND = [] if hasattr(sys, "planted") else [name for name in PLANTED if os.environ.get(name, "1") != "1"]
sys.planted = True
os.environ.update(PLANTED)
for name, value in PLANTED.items():
    ctypes.CDLL(None).setenv(name.encode(), value.encode(), 1)


def probe():
    return FOUND
