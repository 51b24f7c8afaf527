"""The trusted side's own view of /proc, kept open across the change of root. A worker never has it.

The private root has no /proc. The descriptor of the old one goes on working: what it shows as `self` is whoever reads.
It is closed in every worker before a byte of a submission arrives.
"""

from __future__ import annotations

import errno
import os

from grader.jail import libc

_descriptor: int | None = None


def remember() -> None:
    """Keep /proc within reach of this process and of its forks."""
    global _descriptor
    if _descriptor is None:
        _descriptor = libc.out_of_the_way(os.open("/proc", os.O_RDONLY | os.O_DIRECTORY))


def _open(name: str, flags: int) -> int:
    path = f"/proc/{name}" if _descriptor is None else name
    return os.open(path, flags | os.O_CLOEXEC, dir_fd=_descriptor)


def read(name: str) -> bytes:
    """Read a file of /proc, for example `self/statm`; whole, or the first 64 KB of it."""
    descriptor = _open(name, os.O_RDONLY)
    try:
        return os.read(descriptor, 65536)
    finally:
        os.close(descriptor)


def write(name: str, data: bytes) -> None:
    """Write a file of /proc, for example `self/uid_map`, in one call."""
    descriptor = _open(name, os.O_WRONLY)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def mapped_bytes() -> int:
    """The size of this process's address space, which is what RLIMIT_AS counts."""
    return int(read("self/statm").split()[0]) * os.sysconf("SC_PAGESIZE")


def is_single_task() -> bool:
    """Whether the calling process has one thread only, those of C libraries counted.

    `unshare(CLONE_THREAD)` changes nothing, needs no /proc, and is invalid exactly where there is another thread.
    Containers often forbid the call as such; what it would have said is then read.
    """
    try:
        libc.unshare(libc.CLONE_THREAD)
    except OSError as error:
        return error.errno != errno.EINVAL and b"\nThreads:\t1\n" in read("self/status")
    return True


def tasks_of(uid: int) -> int:
    """How many threads this user has on the machine, as far as one can see. What RLIMIT_NPROC counts."""
    count = 0
    for entry in os.listdir("/proc" if _descriptor is None else _descriptor):
        if not entry.isdigit():
            continue
        try:
            status = read(f"{entry}/status")
        except OSError:  # gone meanwhile, or hidden
            continue
        fields = dict(line.split(b":", 1) for line in status.splitlines() if b":" in line)
        if int(fields[b"Uid"].split()[0]) == uid:
            count += int(fields[b"Threads"])
    return count
