"""Grading on a Dask cluster: a real scheduler and real worker processes, all on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("distributed")

from grader.cohort import cluster
from grader.cohort.cluster import DaskEngine, Reply
from grader.cohort.engine import Result, Task
from grader.cohort.local import LocalEngine
from grader.cohort.tireless import Tireless
from grader.config import Content
from grader.errors import UsageError
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Report, Submission

MACHINES = Path(__file__).with_name("machines.py")
OPTIONS = GradeOptions(seed=7, timing=False)

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
Until = Callable[[Callable[[], object]], bool]


class Machines:
    """A scheduler, and workers as they are asked for."""

    def __init__(self, folder: Path, content: Content, until: Until) -> None:
        self._content = str(content.exercises.parent)
        self._folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        file = folder / "address"
        self._all = [self._start("scheduler", str(file))]
        assert until(file.exists), (folder / "said").read_text()
        self.address = file.read_text()

    def worker(self, *version: str, cores: int = 1) -> None:
        self.workers.append(self._start("worker", self.address, self._content, str(cores), *version))
        self._all.append(self.workers[-1])

    def ready(self, count: int, until: Until) -> None:
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            assert until(lambda: len(client.scheduler_info()["workers"]) == count), (self._folder / "said").read_text()

    def executed(self) -> dict[int, int]:
        """By the units of `core` that a worker has: how many orders it has carried out."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            workers = client.scheduler_info(n_workers=-1)["workers"]
            counts = client.run(lambda dask_worker: dask_worker.state.executed_count)
        return {int(workers[address]["resources"].get("core", 0)): count for address, count in counts.items()}

    def close(self) -> None:
        for each in reversed(self._all):
            each.kill()
            each.wait()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / "said").open("ab") as said:
            return subprocess.Popen([sys.executable, str(MACHINES), *arguments], stdout=said, stderr=said, cwd="/")


@pytest.fixture
def machines(tmp_path: Path, small_content: Content, until: Until) -> Iterator[Machines]:
    """A scheduler of its own, ended with all its workers."""
    made = Machines(tmp_path, small_content, until)
    yield made
    made.close()


def tasks(reference: str, mistake: str, count: int) -> list[Task]:
    sources = [reference, mistake, "x = (", reference + "\nimport os\n"]
    return [
        Task(f"k{n}", Submission(exercise="adder", name="a.py", source=f"{sources[n % 4]}\n# {n}\n".encode()))
        for n in range(count)
    ]


@pytest.fixture
def mistake(small_content: Content) -> str:
    return (small_content.solutions / "adder" / "mistakes" / "subtracts.py").read_text()


def by_key(results: Iterator[Result], clean: Callable[[Report], Report]) -> dict[str, Report]:
    found = {}
    for each in results:
        assert each.report is not None, each.fault
        assert each.key not in found
        found[each.key] = clean(each.report)
    return found


def test_a_killed_worker_loses_nothing_and_results_are_those_of_one_machine(
    machines: Machines,
    adder_reference: str,
    mistake: str,
    until: Until,
    without_times: Callable[[Report], Report],
) -> None:
    """Two worker processes, one killed in mid-run: every report, once, equal to the local engine's but for times."""
    given = tasks(adder_reference, mistake, 24)
    machines.worker()
    machines.worker()
    machines.ready(2, until)

    def struck() -> Iterator[Result]:
        for number, result in enumerate(
            DaskEngine(OPTIONS, scheduler=machines.address, slugs=["adder"]).run(iter(given))
        ):
            if number == 3:
                os.kill(machines.workers[0].pid, signal.SIGKILL)
            yield result

    there = by_key(struck(), without_times)
    here = by_key(LocalEngine(OPTIONS, jobs=2).run(iter(given)), without_times)

    assert machines.workers[0].wait() == -signal.SIGKILL
    assert there == here
    assert len(there) == 24


def test_another_version_is_refused_with_both_named(machines: Machines, adder_reference: str, until: Until) -> None:
    """Its grades could differ, so not one submission is sent."""
    machines.worker()
    machines.worker("9.9.9")
    machines.ready(2, until)
    drawn: list[Task] = []

    def given() -> Iterator[Task]:
        for task in tasks(adder_reference, "", 4):
            drawn.append(task)
            yield task

    with pytest.raises(UsageError, match=r"another version.*Here: grader .*There: grader 9\.9\.9"):
        list(DaskEngine(OPTIONS, scheduler=machines.address, slugs=["adder"]).run(given()))
    assert drawn == []


@pytest.mark.skipif(sys.platform != "linux", reason="stops a process")
def test_a_worker_that_never_answers_is_not_waited_for(
    machines: Machines, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that hangs is refused with a sentence, before anything is graded."""
    monkeypatch.setattr(cluster, "STAMP_WALL_S", 1.0)
    machines.worker()
    machines.ready(1, until)
    os.kill(machines.workers[0].pid, signal.SIGSTOP)

    with pytest.raises(UsageError, match=rf"Not every worker .*{machines.address} answered within 1 seconds"):
        list(DaskEngine(OPTIONS, scheduler=machines.address, slugs=["adder"]).run(iter([])))


def test_a_cluster_that_cannot_be_asked_is_named(small_content: Content) -> None:
    """The address is the scheduler's, and is said to be."""

    class Mute:
        def scheduler_info(self, **_: object) -> dict[str, object]:
            return {"workers": {"a": {"nthreads": 4, "resources": {}}}}

        def run(self, *_: object, **__: object) -> dict[str, bytes]:
            raise OSError("gone")

    with pytest.raises(UsageError, match=r"workers of the Dask scheduler at tcp://h:1 .*\(OSError: gone\)"):
        DaskEngine(OPTIONS, scheduler="tcp://h:1", slugs=["adder"])._survey(Mute())


def test_a_worker_that_comes_later_is_looked_at_too(adder_reference: str, small_content: Content) -> None:
    """Each order carries the stamp that it is to be graded under; a worker of another version gives it back."""
    import msgspec

    ours = DaskEngine(OPTIONS, scheduler="", slugs=["adder"])
    other = msgspec.structs.replace(ours._stamp, grader="9.9.9")
    order = cluster.Order(tasks(adder_reference, "", 1)[0], OPTIONS, other)

    reply = msgspec.msgpack.decode(cluster.grade_here(msgspec.msgpack.encode(order)), type=cluster.Reply)

    assert reply.result is None
    assert reply.other == ours._stamp


class Finished:
    """As much of a future as is looked at."""

    status = "finished"


def test_a_reply_that_is_not_the_answer_is_a_fault(adder_reference: str, small_content: Content) -> None:
    """Nonsense, nothing, the report of another submission, or of another seed: one fault, and the batch goes on."""
    engine = DaskEngine(OPTIONS, scheduler="", slugs=["adder"])
    ours, other = (
        Task(name, Submission(exercise="adder", name=name, source=f"{adder_reference}# {name}".encode()))
        for name in ("ours", "other")
    )
    with contextlib.closing(Tireless(lambda: Examiner(options=OPTIONS))) as tireless:
        right, swapped = tireless.grade(ours), tireless.grade(other)
    assert right.report is not None
    reseeded = msgspec.structs.replace(right, report=msgspec.structs.replace(right.report, seed=8))

    def result_of(answer: object) -> Result:
        return engine._result(ours, Finished(), answer)

    assert result_of(msgspec.msgpack.encode(Reply(result=right))) == right
    for each in (swapped, reseeded):
        found = result_of(msgspec.msgpack.encode(Reply(result=each)))
        assert (found.key, found.report) == ("ours", None)
        assert found.fault is not None and "another submission" in found.fault.en
    for nonsense in (b"", b"\xc1", b"\x80", "text", None, 7):
        found = result_of(nonsense)
        assert (found.key, found.report) == ("ours", None)
        assert found.fault is not None


def test_timed_sections_hold_a_core(machines: Machines, adder_reference: str, until: Until) -> None:
    """Of two workers, one with the resource: that one grades, and times, all that there is; the other stays idle."""
    machines.worker()
    machines.worker(cores=0)
    machines.ready(2, until)
    given = [
        Task(f"k{n}", Submission(exercise="adder", name="a.py", source=adder_reference.encode())) for n in range(3)
    ]

    results = list(DaskEngine(GradeOptions(seed=7), scheduler=machines.address, slugs=["adder"]).run(iter(given)))

    timings = [each.report.timing for each in results if each.report is not None]
    assert [[each.check for each in timing] for timing in timings] == [["add_all_time"]] * 3
    assert all(timing[0].repeats > 0 for timing in timings)
    assert machines.executed() == {1: 3, 0: 0}


def test_without_the_resource_timing_is_refused(adder_reference: str, small_content: Content) -> None:
    """One unit of it is asked for each submission with timed sections, none for others."""
    asked: list[object] = []

    class Client:
        def submit(self, *_: object, resources: object, **__: object) -> None:
            asked.append(resources)

    for options in (GradeOptions(seed=7), OPTIONS):
        DaskEngine(options, scheduler="", slugs=["adder"])._submit(Client(), tasks(adder_reference, "", 1)[0])
    assert asked == [{"core": 1}, None]

    class Without:
        def scheduler_info(self, **_: object) -> dict[str, object]:
            return {"workers": {"a": {"nthreads": 4, "resources": {}}}}

        def run(self, *_: object, **__: object) -> dict[str, bytes]:
            return {"a": cluster.stamp_here(["adder"])}

    with pytest.raises(UsageError, match="--resources core=1"):
        DaskEngine(GradeOptions(seed=7), scheduler="", slugs=["adder"])._survey(Without())


def test_no_scheduler_no_workers(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence each, with the address."""
    with pytest.raises(UsageError, match="has no workers"):
        list(DaskEngine(OPTIONS, scheduler=machines.address, slugs=["adder"]).run(iter([])))
    monkeypatch.setattr(cluster, "CONNECT_WALL_S", 1.0)
    with pytest.raises(UsageError, match="no Dask scheduler at tcp"):
        list(DaskEngine(OPTIONS, scheduler="tcp://127.0.0.1:9", slugs=["adder"]).run(iter([])))


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch, small_content: Content) -> None:
    """It is an extra, and the sentence says which."""
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(UsageError, match=r"interview-grader\[cluster\]"):
        list(DaskEngine(OPTIONS, scheduler="tcp://127.0.0.1:9", slugs=["adder"]).run(iter([])))
