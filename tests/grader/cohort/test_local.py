"""Several examiners on this machine."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from grader.cohort import local
from grader.cohort.engine import Result, Task
from grader.cohort.local import LocalEngine
from grader.config import Content
from grader.errors import ExaminerDied, IsolationError
from grader.examiner.client import GradeOptions
from grader.jail import libc
from grader.model import Report, Submission

OPTIONS = GradeOptions(seed=7, timing=False)


def tasks(reference: str, count: int) -> Iterator[Task]:
    for number in range(count):
        yield Task(
            f"k{number}", Submission(exercise="adder", name="a.py", source=f"{reference}\n# {number}\n".encode())
        )


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_task_has_its_result(
    adder_content: Content, adder_reference: str, jobs: int, without_times: Callable[[Report], Report]
) -> None:
    """However many examiners there are: the same reports."""
    engine = LocalEngine(OPTIONS, jobs=jobs, content=adder_content)

    results = list(engine.run(tasks(adder_reference, 7)))

    assert sorted(each.key for each in results) == [f"k{number}" for number in range(7)]
    verdicts = {each.report.verdict for each in results if each.report}
    assert verdicts == {"accepted"}


def test_tasks_are_drawn_as_there_is_room(adder_content: Content, adder_reference: str) -> None:
    """A hundred thousand submissions are never in memory together; whoever stops early ends all examiners."""
    drawn = 0

    def counted() -> Iterator[Task]:
        nonlocal drawn
        for task in tasks(adder_reference, 1_000):
            drawn += 1
            yield task

    results = LocalEngine(OPTIONS, jobs=2, content=adder_content).run(counted())
    next(results)
    assert drawn <= 4
    results.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(not libc.supported(), reason="finds processes in /proc")
def test_nothing_is_left_behind(
    adder_content: Content,
    adder_reference: str,
    descendants: Callable[[int], set[int]],
    alive: Callable[[set[int]], set[int]],
    until: Callable[[Callable[[], object]], bool],
) -> None:
    """Neither after the last task nor when the batch is broken off in the middle of one."""
    before = descendants(os.getpid())
    for stop_after in (3, 1):
        results = LocalEngine(OPTIONS, jobs=2, content=adder_content).run(tasks(adder_reference, 3))
        for _ in range(stop_after):
            next(results)
        started = descendants(os.getpid()) - before
        assert started
        results.close()  # type: ignore[attr-defined]
        assert until(lambda started=started: not alive(started))


@pytest.mark.skipif(not libc.supported(), reason="finds processes in /proc")
def test_an_examiner_that_is_killed_costs_nothing(
    adder_content: Content, adder_reference: str, descendants: Callable[[int], set[int]]
) -> None:
    """Its submission is graded by the next one."""
    before = descendants(os.getpid())
    results: list[Result] = []
    for result in LocalEngine(OPTIONS, jobs=1, content=adder_content).run(tasks(adder_reference, 4)):
        if not results:
            for pid in descendants(os.getpid()) - before:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        results.append(result)

    assert len(results) == 4
    assert all(each.report is not None and each.report.verdict == "accepted" for each in results)


def test_a_broken_source_is_a_result_like_any(adder_content: Content) -> None:
    """Nothing that is handed in makes a fault of ours."""
    sources = [b"", b"\x7fELF\0", b"(" * 100_000, b"import os; os._exit(3)", b"while True: pass"[:4]]
    given = (Task(str(n), Submission(exercise="adder", name="a", source=each)) for n, each in enumerate(sources))

    results = list(LocalEngine(OPTIONS, jobs=2, content=adder_content).run(given))

    assert [each for each in results if each.report is None] == []


def test_without_isolation_it_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is graded at all."""

    class Unheld:
        def __init__(self, **_: object) -> None: ...

        def grade(self, submissions: object) -> Iterator[Report]:
            raise IsolationError("no wall here")

        def close(self) -> None: ...

    monkeypatch.setattr(local, "Examiner", Unheld)

    with pytest.raises(IsolationError, match="no wall here"):
        list(LocalEngine(OPTIONS, jobs=2).run(tasks("", 3)))


def test_all_examiners_are_killed_before_any_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the last of many would go on grading while the first takes its time to end."""
    at_work, calls = threading.Semaphore(0), itertools.count()
    killed: list[object] = []
    killed_at_join: list[int] = []

    class Slow:
        """The first submission is done once the other two hands are at work; everything later goes on until killed."""

        def __init__(self, **_: object) -> None:
            self._killed = threading.Event()

        def grade(self, submissions: object) -> Iterator[str]:
            if next(calls) == 0:
                assert all(at_work.acquire(timeout=60) for _ in range(2))
                yield "report"
                return
            at_work.release()
            assert self._killed.wait(60)
            raise ExaminerDied("killed")

        def kill(self) -> None:
            killed.append(self)
            self._killed.set()

        def close(self) -> None: ...

    class Hand(local._Hand):
        def join(self, timeout: float | None = None) -> None:
            killed_at_join.append(len(killed))
            super().join(timeout)

    monkeypatch.setattr(local, "Examiner", Slow)
    monkeypatch.setattr(local, "_Hand", Hand)
    results = LocalEngine(OPTIONS, jobs=3).run(tasks("", 100))
    next(results)
    assert at_work.acquire(timeout=60)

    results.close()  # type: ignore[attr-defined]

    assert killed_at_join == [3, 3, 3]
    assert len(set(map(id, killed))) == 3
    assert not any(isinstance(each, Hand) for each in threading.enumerate())


class Homebody:
    """Stands for an examiner that only says where it may run."""

    seen: ClassVar[list[set[int]]] = []

    def __init__(self, **_: object) -> None:
        self.seen.append(os.sched_getaffinity(0))

    def grade(self, submissions: list[object]) -> list[object]:
        time.sleep(0.05)  # so that everyone gets some
        return [None]

    def close(self) -> None:
        """Nothing to end."""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot pin processes")
@pytest.mark.parametrize("timing", [False, True])
def test_examiners_keep_to_a_core_where_every_core_has_one(monkeypatch: pytest.MonkeyPatch, timing: bool) -> None:
    """Each to one of its own; not where time is judged, and this process stays where it was."""
    before = os.sched_getaffinity(0)
    homes = sorted(before)[:2]
    monkeypatch.setattr(local, "places", lambda jobs, *, timing: [None] * jobs if timing else homes[:jobs])
    monkeypatch.setattr(local, "Examiner", Homebody)
    Homebody.seen = []
    jobs = len(homes)
    engine = LocalEngine(GradeOptions(seed=7, timing=timing), jobs=jobs)

    assert len(list(engine.run(tasks("", 4 * jobs)))) == 4 * jobs
    expected = [before] * jobs if timing else [{each} for each in homes]
    assert sorted(map(sorted, Homebody.seen)) == sorted(map(sorted, expected))
    assert os.sched_getaffinity(0) == before


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot pin processes")
def test_a_core_for_each_job_or_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where cores are left over, or jobs, or where time is judged, the scheduler decides."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 2, 9})

    assert local.places(3, timing=False) == [2, 5, 9]
    for jobs, timing in ((3, True), (2, False), (4, False), (1, False)):
        assert local.places(jobs, timing=timing) == [None] * jobs
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {4})
    assert local.places(1, timing=False) == [None]
