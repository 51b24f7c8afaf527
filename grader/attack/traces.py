"""What a run must not leave behind: processes, mounts, descriptors, scratch folders. Read from /proc, changes nothing.

Orphans are adopted by this process while it watches, so that its descendants are all processes that an attack could
have left, however they tried to get away.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator

import msgspec

from grader.attack.model import Invariant
from grader.jail import libc

_PR_SET_CHILD_SUBREAPER = 36
SETTLE_WALL_S = 5.0


class Traces(msgspec.Struct, frozen=True, kw_only=True):
    """What there is now. Descriptors are counted for processes that live long; -1 where the kernel does not say."""

    lasting: tuple[int, ...]
    processes: int
    mounts: frozenset[str]
    descriptors: tuple[int, ...]
    scratch: int


@contextlib.contextmanager
def orphans_adopted() -> Iterator[None]:
    """Adopt what would otherwise become a child of the first process."""
    if not libc.supported():
        yield
        return
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0)


def look(lasting: int) -> Traces:
    """Take stock of everything that descends from this process.

    Args:
        lasting: how many of its descendants, oldest first, live as long as the examiner.
    """
    pids = descendants()
    return Traces(
        lasting=tuple(pids[:lasting]),
        processes=len(pids),
        mounts=frozenset(_lines("/proc/self/mountinfo")),
        descriptors=tuple(_descriptor_count(pid) for pid in (os.getpid(), *pids[:lasting])),
        scratch=sum(_scratch_entries(pid) for pid in pids),
    )


_SAME_LOOKS = 12
SPARE_WORKERS = 1
SPARE_DESCRIPTORS = 6  # of these workers: two pipes, a socket, a pidfd


def steady(lasting: int, wall_s: float = SETTLE_WALL_S) -> Traces:
    """The stock once nothing changes any more: a worker ahead is still being made, a dead one still being reaped."""
    deadline_s = time.monotonic() + wall_s
    same, now = 0, look(lasting)
    while same < _SAME_LOOKS and time.monotonic() < deadline_s:
        time.sleep(0.01)
        before, now = now, look(lasting)
        same = same + 1 if _alike(now, before) else 0
    return now


def settled(wanted: Traces, lasting: int, wall_s: float = SETTLE_WALL_S) -> Traces:
    """The stock once it is as wanted, or what it is after some seconds: the dead are reaped in their own time."""
    deadline_s = time.monotonic() + wall_s
    while not _alike(now := look(lasting), wanted) and time.monotonic() < deadline_s:
        time.sleep(0.005)
    return now


def _alike(one: Traces, other: Traces) -> bool:
    return not differences(one, other)


def differences(was: Traces, now: Traces) -> list[Invariant]:
    """What has changed by more than is a matter of moments: whether the worker ahead, or the reference's, is there."""
    found = []
    if was.lasting != now.lasting or abs(was.processes - now.processes) > SPARE_WORKERS:
        found.append(Invariant.PROCESSES_SAME)
    if was.mounts != now.mounts:
        found.append(Invariant.MOUNTS_SAME)
    if any(after > before + SPARE_DESCRIPTORS for before, after in zip(was.descriptors, now.descriptors, strict=False)):
        found.append(Invariant.DESCRIPTORS_SAME)
    if abs(was.scratch - now.scratch) > SPARE_WORKERS:
        found.append(Invariant.TEMP_SAME)
    return found


def descendants() -> list[int]:
    """All descendants of this process, the oldest first. Their numbers say nothing of that: they start anew."""
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return sorted(found, key=lambda pid: (_started(pid), pid))


def _started(pid: int) -> int:
    """When a process started, in ticks since the machine did."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[19])
    except OSError:
        return 1 << 62


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += map(int, file.read().split())
    return found


def end_adopted(since: set[int]) -> int:
    """End what has become a child of this process since then: orphans that an attack left, and nothing else.

    Args:
        since: the children that there were, as `children` gave them.

    Returns:
        How many there were.
    """
    adopted = children() - since
    for pid in adopted:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)  # a child of ours that nobody has reaped: the number is still its own
            os.waitpid(pid, 0)
    return len(adopted)


def children() -> set[int]:
    """The children of this process by number."""
    return set(_children(os.getpid()))


def peak_bytes(pid: int) -> int:
    """The most memory that a process has held; 0 where the kernel does not say."""
    for line in _lines(f"/proc/{pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _lines(path: str) -> list[str]:
    try:
        with open(path) as file:
            return file.readlines()
    except OSError:
        return []


def _descriptor_count(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return -1


def _scratch_entries(pid: int) -> int:
    """How many scratch folders stand in the folder for them that this process holds open."""
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return 0
    count = 0
    for name in names:
        with contextlib.suppress(OSError):
            target = os.readlink(f"/proc/{pid}/fd/{name}")
            if os.path.basename(target).startswith("grader-scratch-"):
                count += len(os.listdir(target))
    return count
