# /// attack
# row = 45
# what.en = "Asks for more of the machine: another core, a higher priority, real time, locked memory."
# what.zh = "索要更多的机器资源：换核、提高优先级、实时调度、锁住内存。"
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import os
import resource


def probe():
    found = []
    for name, ask in (
        ("affinity", lambda: os.sched_setaffinity(0, range(os.cpu_count()))),
        ("nice", lambda: os.nice(-5)),
        ("nicer", lambda: os.nice(5)),
        ("priority", lambda: os.setpriority(os.PRIO_PROCESS, 0, -5)),
        ("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))),
        ("batch", lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))),
        ("limits", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))),
    ):
        try:
            ask()
            found.append(name)
        except (OSError, ValueError):
            pass
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(1) == 0:
        found.append("mlockall")
    return found
