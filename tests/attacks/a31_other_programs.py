# /// attack
# row = 31
# what.en = "Runs a shell: by subprocess, by the C library, from a file of its own and from one in memory."
# what.zh = "运行 shell：用 subprocess、用 C 库、从自己写的文件、从内存文件。"
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import os
import subprocess


def probe():
    found = []
    for command in (["/bin/true"], ["/bin/sh", "-c", "true"]):
        try:
            subprocess.run(command, check=False)
            found.append(command[0])
        except OSError:
            pass
    if os.system("true") == 0:
        found.append("system")
    try:
        found.append(os.popen("echo hello").read())
    except OSError:
        pass
    libc = ctypes.CDLL(None, use_errno=True)
    x86 = os.uname().machine == "x86_64"
    number = libc.syscall(319 if x86 else 279, b"program", 0)
    if number >= 0:
        found.append("memfd")
        os.write(number, b"#!/bin/sh\n")
        if libc.syscall(322 if x86 else 281, number, b"", None, None, 0x1000) == 0:
            found.append("execveat")
    try:
        os.posix_spawn("/bin/true", ["true"], {})
        found.append("posix_spawn")
    except OSError:
        pass
    return [each for each in found if each]
