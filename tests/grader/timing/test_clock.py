"""The clock of another process counts what it runs, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from grader.timing.clock import available, cpu_seconds, settled_cpu_seconds

needs_clock = pytest.mark.skipif(not available(), reason="this system has no CPU clock of another process")

# Spins until it has used the CPU seconds named on each line of its input, then answers; in between it sleeps.
_CHILD = """
import sys, time
for line in sys.stdin:
    until = time.process_time() + float(line)
    while time.process_time() < until:
        pass
    print(time.process_time(), flush=True)
"""


@pytest.fixture
def child() -> Iterator[subprocess.Popen[str]]:
    """A process that spins on request."""
    with subprocess.Popen(
        [sys.executable, "-I", "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def _spin(child: subprocess.Popen[str], seconds: float) -> float:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(f"{seconds}\n")
    child.stdin.flush()
    return float(child.stdout.readline())


@needs_clock
def test_counts_what_another_process_spins(child: subprocess.Popen[str]) -> None:
    """A child that spins for 50 ms of its own CPU time is seen to have used at least that, and it knows of no more."""
    _spin(child, 0.0)
    before = cpu_seconds(child.pid)
    own_account = _spin(child, 0.05)
    after = cpu_seconds(child.pid)
    assert after - before >= 0.05
    assert after >= own_account


@needs_clock
def test_a_sleeping_process_uses_nothing(child: subprocess.Popen[str]) -> None:
    """While a process waits for input its clock stands still, however much wall time goes by."""
    _spin(child, 0.0)

    def stands_still() -> bool:
        before = cpu_seconds(child.pid)
        time.sleep(0.02)
        return cpu_seconds(child.pid) == before

    # It answers first and goes back to waiting then, which may take it a while on a busy machine.
    assert any(stands_still() for _ in range(100))


@needs_clock
def test_agrees_with_the_process_itself() -> None:
    """Read of one's own process, it lies between two readings of the standard process clock."""
    before = time.process_time()
    seen = cpu_seconds(os.getpid())
    assert before <= seen <= time.process_time()


@needs_clock
def test_a_process_that_is_gone_has_no_clock() -> None:
    """The number of a reaped child is refused with ProcessLookupError."""
    with subprocess.Popen([sys.executable, "-I", "-c", ""]) as process:
        process.wait()
    with pytest.raises(ProcessLookupError):
        cpu_seconds(process.pid)


@pytest.mark.parametrize("pid", [0, -1])
def test_a_number_that_names_no_process_is_refused(pid: int) -> None:
    """Zero and negative numbers, which the kernel would take for oneself or a thread, are refused."""
    with pytest.raises(ProcessLookupError):
        cpu_seconds(pid)


def test_a_system_without_the_clock_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the call does not exist, the clock is unavailable rather than wrong."""
    monkeypatch.delattr(time, "clock_gettime", raising=False)
    assert not available()


@needs_clock
def test_settled_reading_waits_for_a_process_to_rest(child: subprocess.Popen[str]) -> None:
    """Read right after each answer, no short spin is missed: the account is exact, not a tick behind."""
    _spin(child, 0.0)
    for _ in range(50):
        before = settled_cpu_seconds(child.pid, wait_wall_s=10)
        _spin(child, 0.001)
        assert settled_cpu_seconds(child.pid, wait_wall_s=10) - before >= 0.001


@needs_clock
def test_settled_reading_of_a_stopped_process_is_exact(child: subprocess.Popen[str]) -> None:
    """A process that never rests by itself is exact once stopped: two readings agree."""
    assert child.stdin is not None
    child.stdin.write("60\n")
    child.stdin.flush()
    child.send_signal(signal.SIGSTOP)
    first = settled_cpu_seconds(child.pid, wait_wall_s=10)
    assert settled_cpu_seconds(child.pid) == first


@needs_clock
def test_settled_reading_gives_up_on_a_process_that_never_rests(child: subprocess.Popen[str]) -> None:
    """A process that spins on cannot hold the examiner up."""
    assert child.stdin is not None
    child.stdin.write("3600\n")
    child.stdin.flush()
    assert settled_cpu_seconds(child.pid, wait_wall_s=0.01) >= 0.0


@needs_clock
def test_settled_reading_of_a_process_that_is_gone_is_refused() -> None:
    """The number of a reaped child is refused with ProcessLookupError."""
    with subprocess.Popen([sys.executable, "-I", "-c", ""]) as process:
        process.wait()
    with pytest.raises(ProcessLookupError):
        settled_cpu_seconds(process.pid)
