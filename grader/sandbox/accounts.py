"""The kernel's accounts of a process, read from /proc by number: never anything that the process could write."""

from __future__ import annotations

import os
import re

import msgspec

STATUS_BYTES = 1 << 16  # many times what the kernel writes
_RESIDENT = re.compile(rb"^(VmRSS|VmHWM|RssFile|VmSwap):\s*(\d+) kB", re.MULTILINE)


class Memory(msgspec.Struct, frozen=True):
    """Resident memory in bytes."""

    rss_bytes: int
    peak_rss_bytes: int
    file_bytes: int  # of rss_bytes: pages of files that are mapped, such as libraries
    swap_bytes: int = 0  # not among rss_bytes any more

    @property
    def own_bytes(self) -> int:
        """What the process holds for itself: pages of libraries come in as they are first used, whoever uses them."""
        return self.rss_bytes - self.file_bytes + self.swap_bytes

    @property
    def peak_own_bytes(self) -> int:
        """The peak of the same, at least: the kernel keeps a peak of all pages only, and those of files only grow."""
        return self.peak_rss_bytes - self.file_bytes


def pid_of(pidfd: int) -> int:
    """The number of a process in our own pid namespace, from its pidfd.

    Raises:
        ProcessLookupError: it is gone, or lives in no namespace below ours.
    """
    with open(f"/proc/self/fdinfo/{pidfd}") as file:
        for line in file:
            if line.startswith("Pid:"):
                pid = int(line.split()[1])
                if pid > 0:
                    return pid
    raise ProcessLookupError(pidfd)


def memory_of(pid: int) -> Memory:
    """Resident memory of a process now and at its peak; zeros where it is gone."""
    try:
        with open(f"/proc/{pid}/status", "rb", buffering=0) as file:
            found = {name: int(kib) << 10 for name, kib in _RESIDENT.findall(file.read(STATUS_BYTES))}
    except OSError:
        found = {}
    return Memory(*(found.get(name, 0) for name in (b"VmRSS", b"VmHWM", b"RssFile", b"VmSwap")))


def available() -> bool:
    """Whether this system keeps such accounts; Linux does."""
    return memory_of(os.getpid()).rss_bytes > 0


def forget_peak(pid: int) -> bool:
    """Set the peak back to what is resident now; True where the kernel let us."""
    try:
        descriptor = os.open(f"/proc/{pid}/clear_refs", os.O_WRONLY)
    except OSError:
        return False
    try:
        os.write(descriptor, b"5")
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
