"""Who takes turns shares a core: candidate and reference, or whoever asks and whoever answers."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from grader.timing.cores import move_to, pin, settled, share_core, usable_cores

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


@needs_affinity
def test_a_process_is_pinned_and_let_go(children: list[subprocess.Popen[str]]) -> None:
    """It joins whoever is there, and leaves."""
    before = os.sched_getaffinity(0)
    for cores in ({min(before)}, before):
        assert pin(children[0].pid, cores)
        assert os.sched_getaffinity(children[0].pid) == cores


def test_cores_are_those_that_we_may_use() -> None:
    """At least the one that this runs on."""
    assert usable_cores() >= 1


@pytest.fixture
def two_cores() -> None:
    if usable_cores() < 2:
        pytest.skip("this machine has one core")


@needs_affinity
@pytest.mark.usefixtures("two_cores")
def test_a_thread_settles_and_leaves() -> None:
    """On one of its cores, for as long as it wants; even when it goes in a hurry."""
    before = os.sched_getaffinity(0)

    def leave() -> None:
        with settled() as place:
            assert place is not None
            assert os.sched_getaffinity(0) == {place.core}
            assert place.others == before - {place.core}
            raise LookupError

    with pytest.raises(LookupError):
        leave()
    assert os.sched_getaffinity(0) == before


@needs_affinity
@pytest.mark.usefixtures("two_cores")
def test_another_thread_may_go_elsewhere() -> None:
    """A thread starts where its parent has settled, and can leave that core to it."""
    seen: list[set[int]] = []
    with settled() as place:
        assert place is not None
        others = place.others

        def work() -> None:
            seen.append(os.sched_getaffinity(0))
            move_to(others)
            seen.append(os.sched_getaffinity(0))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert seen == [{place.core}, set(place.others)]


@needs_affinity
def test_nobody_settles_where_there_is_no_choice() -> None:
    """With one core, or where the system does not let us; it is no failure."""
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        with settled() as place:
            assert place is None
        assert os.sched_getaffinity(0) == {min(before)}
    finally:
        os.sched_setaffinity(0, before)


@needs_affinity
@pytest.mark.usefixtures("two_cores")
def test_a_system_that_does_not_let_us_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the scheduler puts us."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    with settled() as place:
        assert place is None
    move_to([0])
