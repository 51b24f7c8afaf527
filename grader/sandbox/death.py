"""How a worker ended, in the words of the transcript: from what the kernel says of it, never from what it said."""

from __future__ import annotations

import os
import select
import signal
from typing import Literal

from grader.model import Budget, Died
from grader.wire import messages

Cause = Literal["exit", "signal", "timeout", "protocol", "output", "cpu"]

# The kernel enforces its limit by its own, coarser account; it may kill a little before the budget is used up.
CPU_LIMIT_SHARE = 0.9


def is_dead(pidfd: int, *, within_s: float) -> bool:
    """Whether a process ends by itself within a time; its sockets close a little earlier than that."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(within_s * 1000))


def died_of(ended: messages.Exited, budget: Budget, *, was_dead: bool) -> Died:
    """Explain the end of a worker that closed its socket.

    Args:
        ended: how the kernel says it ended. It was killed at the latest when we saw the closed socket.
        was_dead: it had ended before that.
    """
    number = os.waitstatus_to_exitcode(ended.status)
    if number >= 0:
        return Died("exit", number)
    if -number == signal.SIGXCPU or (-number == signal.SIGKILL and ended.cpu_s >= CPU_LIMIT_SHARE * budget.cpu_s):
        return Died("cpu", -number)
    if -number == signal.SIGKILL and not was_dead:
        return Died("protocol")  # it closed its socket and went on living until we killed it
    return Died("signal", -number)
