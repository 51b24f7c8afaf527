# /// attack
# row = 32
# what.en = "Takes more memory than its budget in shared mappings and in files that are only in memory."
# what.zh = "用共享映射和只存在于内存中的文件，要超出预算的内存。"
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import mmap
import os


def probe():
    found = []
    try:
        hoard = [mmap.mmap(-1, 8 << 20) for _ in range(40)]
        found.append(f"shared {len(hoard)}")
    except (OSError, ValueError, MemoryError):
        pass
    libc = ctypes.CDLL(None, use_errno=True)
    x86 = os.uname().machine == "x86_64"
    for call in ((319, b"hoard", 0), (447, 0)) if x86 else ((279, b"hoard", 0), (447, 0)):
        if libc.syscall(*call) >= 0:
            found.append(f"memory file {call[0]}")
    if libc.syscall(29 if x86 else 194, 0, 8 << 20, 0o1600) >= 0:
        found.append("System V")
    return found
