# /// attack
# row = 56
# what.en = "Opens the parts of the kernel with the worst history: bpf, io_uring, userfaultfd, perf, keyctl, modules."
# what.zh = "打开内核里历史最糟的部分：bpf、io_uring、userfaultfd、perf、keyctl、内核模块。"
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import errno
import os


def probe():
    found = []
    libc = ctypes.CDLL(None, use_errno=True)
    x86 = os.uname().machine == "x86_64"
    numbers = {
        "bpf": (321, 280), "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "perf_event_open": (298, 241), "keyctl": (250, 219),
        "init_module": (175, 105), "kexec_load": (246, 104), "fanotify_init": (300, 262), "io_setup": (206, 0), "vmsplice": (278, 75),
        "personality": (135, 92), "seccomp": (317, 277), "landlock_create_ruleset": (444, 444), "one of the future": (600, 600),
    }
    for name, number in numbers.items():
        ctypes.set_errno(0)
        if libc.syscall(number[0 if x86 else 1], 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
            found.append(f"{name}: {errno.errorcode.get(ctypes.get_errno(), '')}")
    return found
