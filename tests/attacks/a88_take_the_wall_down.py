# /// attack
# row = "own"
# what.en = "Takes back what its worker has put on itself: dumpable, limits, the signal at the parent's death, no new privileges."
# what.zh = "试图撤销 worker 给自己加上的东西：可转储、限额、父进程死亡信号、不得提权。"
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import resource


def probe():
    found = []
    libc = ctypes.CDLL(None, use_errno=True)
    for name, arguments in (
        ("dumpable", (4, 1, 0, 0, 0)),
        ("death signal", (1, 0, 0, 0, 0)),
        ("no new privileges", (38, 0, 0, 0, 0)),
        ("seccomp", (22, 2, 0, 0, 0)),
        ("capability", (24, 21, 0, 0, 0)),
        ("ambient", (47, 2, 21, 0, 0)),
        ("ptracer", (0x59616D61, -1, 0, 0, 0)),
    ):
        if libc.prctl(*arguments) == 0 and not (name == "capability"):
            found.append(name)
    for name in ("RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_MEMLOCK"):
        soft, hard = resource.getrlimit(getattr(resource, name))
        if hard == resource.RLIM_INFINITY:
            found.append(f"{name} is unlimited")
        try:
            resource.setrlimit(getattr(resource, name), (soft, hard + 1 if hard >= 0 else hard))
            found.append(name)
        except (OSError, ValueError):
            pass
    return found
