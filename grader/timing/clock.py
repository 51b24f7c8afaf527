"""The kernel's CPU clock of another process, read from outside it.

Nothing that the process does (patching its own clocks, sleeping, answering late) changes what is read
here: it is the time for which the kernel ran the process's threads, in user and in system mode. A read
costs about a microsecond and needs no permission over the process.

The kernel brings a thread's account up to date when the thread leaves its core, and at each tick while it
stays there. Read from another process the clock is therefore exact for a process that sleeps or is stopped,
and up to a tick (1 to 10 ms) behind for one that runs, as it still does for a moment after it has answered.
`settled_cpu_seconds` waits that moment out.
"""

from __future__ import annotations

import errno
import os
import time

# A process's CPU clock is named by a negative clock id, ((~pid) << 3) | which; 2 is CPUCLOCK_SCHED, the
# scheduler's account in nanoseconds. It is what clock_getcpuclockid(3) returns; the layout is part of the
# kernel's interface (include/linux/posix-timers.h, MAKE_PROCESS_CPUCLOCK).
_CPUCLOCK_SCHED = 2
_LOOK_AGAIN_S = 20e-6


def cpu_seconds(pid: int) -> float:
    """Read how much CPU time a process has used since it began, all its threads together.

    Args:
        pid: its number in the caller's own pid namespace.

    Returns:
        Seconds, user and system time together, not counting its children.

    Raises:
        ProcessLookupError: there is no such process, or this system has no such clock.
    """
    if pid <= 0:
        raise ProcessLookupError(errno.ESRCH, f"no process has the number {pid}")
    try:
        return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)
    except (OSError, AttributeError) as cause:
        raise ProcessLookupError(errno.ESRCH, f"no CPU clock of process {pid}") from cause


def settled_cpu_seconds(pid: int, *, wait_wall_s: float = 0.25) -> float:
    """Read the CPU clock of a process once none of its threads is on a core, so that the account is exact.

    Stop the process first where it is not trusted: a thread that never rests would use up the wait.

    Args:
        pid: its number in the caller's own pid namespace.
        wait_wall_s: how long to wait; past it the clock is read as it stands, at most a tick a running
            thread behind.

    Raises:
        ProcessLookupError: there is no such process, or this system has no such clock.
    """
    deadline_s = time.monotonic() + wait_wall_s
    while _runs(pid) and time.monotonic() < deadline_s:
        time.sleep(_LOOK_AGAIN_S)
    return cpu_seconds(pid)


def available() -> bool:
    """Tell whether this system lets one process read the CPU clock of another; Linux does."""
    try:
        return cpu_seconds(os.getpid()) >= 0.0
    except ProcessLookupError:
        return False


def _runs(pid: int) -> bool:
    """Whether a thread of the process runs or waits for a core; False where that cannot be seen."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return False
    return any(_state(pid, thread) == b"R" for thread in threads)


def _state(pid: int, thread: str) -> bytes:
    """The letter of a thread's state; empty where it has ended meanwhile."""
    try:
        with open(f"/proc/{pid}/task/{thread}/stat", "rb") as file:
            # pid (name) state ...: the name is the process's own choice and may hold anything, ")" too.
            return file.read().rpartition(b") ")[2][:1]
    except OSError:
        return b""
