"""How a worker ended is read from the kernel's account of it."""

from __future__ import annotations

import os
import signal

import pytest

from grader.jail import libc
from grader.model import Budget, Died
from grader.sandbox.death import died_of, is_dead
from grader.wire import messages

BUDGET = Budget(cpu_s=10)


@pytest.mark.parametrize(
    ("status", "cpu_s", "was_dead", "died"),
    [
        (7 << 8, 1.0, True, Died("exit", 7)),
        (0, 1.0, False, Died("exit", 0)),
        (signal.SIGSEGV, 1.0, True, Died("signal", signal.SIGSEGV)),
        (signal.SIGSYS, 1.0, False, Died("signal", signal.SIGSYS)),
        (signal.SIGXCPU, 10.0, True, Died("cpu", signal.SIGXCPU)),
        (signal.SIGKILL, 10.02, True, Died("cpu", signal.SIGKILL)),
        (signal.SIGKILL, 9.98, True, Died("cpu", signal.SIGKILL)),
        (signal.SIGKILL, 1.0, True, Died("signal", signal.SIGKILL)),
        (signal.SIGKILL, 1.0, False, Died("protocol")),
    ],
)
def test_the_status_tells(status: int, cpu_s: float, was_dead: bool, died: Died) -> None:
    """Exit, signal, limit of CPU time, or alive with a closed socket."""
    assert died_of(messages.Exited(0, int(status), cpu_s), BUDGET, was_dead=was_dead) == died


@pytest.mark.skipif(not libc.supported(), reason="needs pidfds")
def test_the_dead_are_told_from_the_living() -> None:
    """Dead is who has ended, waited for or not."""
    pid = os.posix_spawn("/bin/sleep", ["sleep", "600"], {})
    pidfd = os.pidfd_open(pid)
    try:
        assert not is_dead(pidfd, within_s=0.01)
        os.kill(pid, signal.SIGKILL)
        assert is_dead(pidfd, within_s=10.0)
    finally:
        os.close(pidfd)
        os.waitpid(pid, 0)
