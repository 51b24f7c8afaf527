# /// attack
# row = 5
# what.en = "Attaches to other processes with ptrace, and reads and writes their memory, by their true numbers."
# what.zh = "按真实进程号，用 ptrace 附着到其他进程，并读写它们的内存。"
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import errno
import os

KNOWN = {}
REFUSED = (errno.EPERM, errno.ESRCH, errno.ENOSYS, errno.EACCES)


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    x86 = os.uname().machine == "x86_64"
    ptrace, readv, writev, getfd, kcmp = (101, 310, 311, 438, 312) if x86 else (117, 270, 271, 438, 272)
    buffer = ctypes.create_string_buffer(16)
    local = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 16)
    remote = (ctypes.c_size_t * 2)(0x400000, 16)
    for pid in (KNOWN["decoy_pid"], KNOWN["examiner_pid"], KNOWN["zygote_pid"]):
        for name, call in (
            ("seize", (ptrace, 0x4206, pid, 0, 0)),
            ("readv", (readv, pid, local, 1, remote, 1, 0)),
            ("writev", (writev, pid, local, 0, remote, 0, 0)),
            ("kcmp", (kcmp, os.getpid(), pid, 0, 0, 0)),
        ):
            ctypes.set_errno(0)
            if libc.syscall(*call) >= 0 or ctypes.get_errno() not in REFUSED:
                found.append(f"{name} {pid}: {ctypes.get_errno()}")
        ctypes.set_errno(0)
        pidfd = libc.syscall(434, pid, 0)
        if pidfd >= 0:
            found.append(f"pidfd_open {pid}")
            if libc.syscall(getfd, pidfd, 3, 0) >= 0:
                found.append(f"pidfd_getfd {pid}")
    return found
