"""Candidate and reference take turns on one core."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from grader.timing.cores import share_core

needs_affinity = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system cannot bind a process to a core"
)

# Starts a thread when told to, and says on which cores that thread may run.
_CHILD = """
import os, sys, threading
sys.stdin.readline()
thread = threading.Thread(target=lambda: print(sorted(os.sched_getaffinity(0)), flush=True))
thread.start()
thread.join()
sys.stdin.readline()
"""


@pytest.fixture
def children() -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that wait."""
    started = [
        subprocess.Popen([sys.executable, "-I", "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    yield started
    for process in started:
        with process:
            process.kill()


@needs_affinity
def test_both_run_on_the_same_core(children: list[subprocess.Popen[str]]) -> None:
    """After it both processes may use one core only, and it is the one that was named."""
    core = share_core(child.pid for child in children)
    assert core is not None
    assert [os.sched_getaffinity(child.pid) for child in children] == [{core}, {core}]


@needs_affinity
def test_threads_started_later_stay_there(children: list[subprocess.Popen[str]]) -> None:
    """A thread that the process starts afterwards is bound to the same core."""
    child = children[0]
    core = share_core([child.pid])
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write("\n")
    child.stdin.flush()
    assert child.stdout.readline() == f"[{core}]\n"


@needs_affinity
def test_our_own_process_stays_free(children: list[subprocess.Popen[str]]) -> None:
    """Whoever keeps the clock is not bound."""
    before = os.sched_getaffinity(0)
    share_core(child.pid for child in children)
    assert os.sched_getaffinity(0) == before


def test_a_process_that_is_gone_cannot_be_bound() -> None:
    """A reaped child gives None, not a failure."""
    with subprocess.Popen([sys.executable, "-I", "-c", ""]) as process:
        process.wait()
    assert share_core([process.pid]) is None


def test_a_system_without_affinity_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where processes cannot be bound the section goes on unbound."""
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    assert share_core([os.getpid()]) is None
