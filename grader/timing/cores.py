"""The cores of this machine, and who shares one.

Two processes that take turns do so fastest on one core: waking somebody on another takes longer than many a call.

So do both sides of a timed section, for another reason. Cores are not alike while a machine is busy: each has its own
neighbours, and a scheduler tends to leave a process where it is. On two cores, candidate and reference can differ by a
third for as long as a section lasts, and no number of repetitions shows it. On one core they take turns under the same
conditions, and code that runs several threads is charged for all of them as before.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Place(NamedTuple):
    """Where a thread has settled."""

    core: int
    others: frozenset[int]  # that it left


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_core(pids: Iterable[int]) -> int | None:
    """Have processes run on one core from now on, and the threads that they will start.

    Call it before they hold anybody's code. The last core is taken: the first is the one that serves most
    interrupts.

    Args:
        pids: their numbers in the caller's own pid namespace.

    Returns:
        The core, or None where this system cannot pin processes or does not let us: the section is then
        noisier, not wrong.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    return core if all(pin(pid, {core}) for pid in pids) else None


def pin(pid: int, cores: Iterable[int]) -> bool:
    """Have a process, all its threads, run on these cores; False where this system does not let us."""
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(thread), cores)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def settled() -> Iterator[Place | None]:
    """Keep the calling thread on the core where it happens to run.

    Yields:
        Where that is; None where there is no choice, or where this system cannot pin a thread or does not let us.
    """
    place = _settle()
    try:
        yield place
    finally:
        if place is not None:
            move_to({place.core, *place.others})


def _settle() -> Place | None:
    if not hasattr(os, "sched_setaffinity") or usable_cores() < 2:
        return None
    try:
        core = _present_core()
        place = Place(core, frozenset(os.sched_getaffinity(0)) - {core})
        os.sched_setaffinity(0, {core})
    except OSError:
        return None
    return place


def move_to(cores: Iterable[int]) -> None:
    """Have the calling thread, and those that it will start, run on these cores, where this system lets us."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, cores)


def _present_core() -> int:
    """Where the calling thread ran last: field 39 of `proc_pid_stat(5)`."""
    with open("/proc/thread-self/stat", "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[36])
