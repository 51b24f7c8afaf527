"""What is particular to one worker of many: its uid, its scratch folder, its parent; a fact like a pid.

The zygote decides it before the fork, the forked child claims it, `worker` reads it. Nothing here changes the process.
"""

from __future__ import annotations

from typing import NamedTuple

from grader.errors import IsolationError


class Slot(NamedTuple):
    """One worker's place.

    Attributes:
        uid: user and group id to change to; None keeps the zygote's.
        scratch: the private folder made for this worker; None where the worker mounts its own.
        parent_pid: the zygote's pid as the worker sees it; None where it is out of sight.
    """

    uid: int | None = None
    scratch: str | None = None
    parent_pid: int | None = None


_mine: Slot | None = None


def claim(slot: Slot) -> None:
    """Make this process the worker of that slot. Called once, in the forked child."""
    global _mine
    _mine = slot


def mine() -> Slot:
    """The slot of this process.

    Raises:
        IsolationError: this process was not forked by a `WorkerForker`.
    """
    if _mine is None:
        raise IsolationError(
            "this process was not forked by the zygote as a worker", "这个进程不是由 zygote 派生的 worker"
        )
    return _mine
