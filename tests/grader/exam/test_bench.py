"""Budgets: time beside the reference, memory over a baseline. Clocks are scripted; the wall clock decides nothing."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader import timing
from grader.exam import bench
from grader.exam.bench import Bench, Timed, only_one_on_this_machine
from grader.exam.failures import (
    BudgetJudged,
    CandidateGone,
    CandidateRaised,
    ExpectationFailed,
    Judged,
    ReferenceFailed,
)
from grader.exam.program import Program
from grader.exam.supply import Supply
from grader.model import Call, Check, CheckKind, Died, Exercise, Observation, Outcome, Raised, Returned, TimingVerdict
from grader.sandbox import Expired, Worker
from grader.sandbox.accounts import Memory
from grader.wire import messages

BUDGET = 3.0
REFERENCE_S = 0.010


@pytest.fixture(autouse=True)
def _lock_of_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for other people's timed sections."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def time_check(make_check: Callable[..., Check]) -> Check:
    return make_check("quick", kind=CheckKind.TIME, budget=BUDGET)


# ---- a world without processes --------------------------------------------------------------------------------------


class Played:
    """A worker whose clock is a script: `cost` seconds for each call, `idle` seconds more before each."""

    pid = -1

    def __init__(self, cost: Iterator[float], answer: Callable[..., Observation], idle_s: float) -> None:
        self.cost, self.answer, self.idle_s = cost, answer, idle_s
        self.clock_s = 5.0
        self.log: list[str] = []
        self.killed = False
        self.died: Died | None = None

    def request(self, message: messages.Request) -> None:
        if self.died is not None:
            raise Expired(self.died)
        self.log.append(type(message).__name__)

    def call(self, call: Call) -> Observation:
        self.log.append("call")
        self.clock_s += next(self.cost)
        return self.answer(*call.arguments)

    def cpu_s(self) -> float:
        return self.clock_s

    def settled_cpu_s(self) -> float:
        self.log.append("read")
        return 0.0 if self.died is not None else self.clock_s

    def memory(self) -> Memory:
        return Memory(0, 0, 0)

    def go(self) -> None:
        self.log.append("go")
        self.clock_s += self.idle_s

    def stop(self) -> None:
        self.log.append("stop")

    def kill(self) -> None:
        self.killed = True


class Side:
    """A program for such workers."""

    def __init__(self, cost: Any, answer: Callable[..., Any] = lambda x: Returned(x), *, idle_s: float = 0.0) -> None:
        self.cost = itertools.repeat(cost) if isinstance(cost, float) else iter(cost)
        self.answer, self.idle_s = answer, idle_s
        self.no_grad: frozenset[str] = frozenset()
        self.observes: dict[str, str] = {}
        self.loads: list[bool] = []
        self.broken: Judged | None = None

    def load(self, worker: Played, *, steady_heap: bool) -> None:
        if self.broken is not None:
            raise self.broken
        self.loads.append(steady_heap)
        worker.cost, worker.answer, worker.idle_s = self.cost, self.answer, self.idle_s


class PlayedSupply:
    def __init__(self) -> None:
        self.workers: list[Played] = []
        self.full = False

    def take(self, *, refill: bool = True, full: bool = False) -> Played:
        assert not refill, "nothing is forked beside a measurement"
        self.full = full
        self.workers.append(Played(iter(()), lambda: Returned(None), 0.0))
        return self.workers[-1]


class Section:
    """A timed section on a candidate's side; the reference takes 10 ms and returns its input."""

    def __init__(self, check: Check, candidate: Side, reference: Side | None = None) -> None:
        self.sides = (candidate, reference or Side(REFERENCE_S))
        self.supply = PlayedSupply()
        self.renewed: list[tuple[int, int]] = []
        self.timed = Timed(check, self.sides, self.supply, 7, self._renew)  # type: ignore[arg-type]
        self.drawn: list[int] = []

    def run(self) -> None:
        self.timed.compare(inputs=self._draw, call=lambda side, _, x: side.add(x))

    def _renew(self, repetition: int) -> None:
        self.renewed.append((repetition, len(self.drawn)))

    def _draw(self) -> tuple[int]:
        self.drawn.append(len(self.drawn))
        return (self.drawn[-1],)

    @property
    def verdict(self) -> TimingVerdict:
        assert self.timed.result is not None
        return self.timed.result.verdict

    def judged(self) -> BudgetJudged:
        with pytest.raises(BudgetJudged) as caught:
            self.run()
        assert caught.value.message.en != caught.value.message.zh
        return caught.value


def test_as_quick_as_the_reference_is_within(time_check: Check) -> None:
    """It passes, as soon as the interval is clear; the evidence is kept."""
    section = Section(time_check, Side(REFERENCE_S))
    section.run()
    result = section.timed.result

    assert result is not None
    assert (result.verdict, result.check, result.budget) == (TimingVerdict.WITHIN, "quick", BUDGET)
    assert result.ratio == pytest.approx(1.0)
    assert result.repeats == len(result.ratios) == timing.ratio.MIN_REPEATS
    assert section.timed.cpu_s == pytest.approx(REFERENCE_S * (result.repeats + 1))


def test_each_repetition_draws_from_a_generator_of_its_own(time_check: Check) -> None:
    """The warm-up's too: from inputs that were seen nobody can compute those that count."""
    section = Section(time_check, Side(REFERENCE_S))
    section.run()

    assert len(section.drawn) > 3
    assert section.renewed == [(number + 1, number) for number in section.drawn]


@pytest.mark.parametrize("full", [False, True])
def test_workers_have_the_limits_of_the_check(time_check: Check, full: bool) -> None:
    """One of --full has those of --full, on both sides."""
    section = Section(msgspec.structs.replace(time_check, full=full), Side(REFERENCE_S))
    section.run()
    assert section.supply.full is full


def test_ten_times_as_slow_is_over(time_check: Check) -> None:
    """With the ratio and the budget in the sentence."""
    section = Section(time_check, Side(10 * REFERENCE_S))
    judged = section.judged()

    assert judged.outcome is Outcome.OVER_BUDGET
    assert "10.00" in judged.message.en
    assert "3" in judged.message.en
    assert section.verdict is TimingVerdict.OVER


def cap(monkeypatch: pytest.MonkeyPatch, *verdicts: TimingVerdict) -> list[int]:
    """Have sections end with these verdicts, one after the other."""
    ended: list[int] = []
    real = Timed._section

    def section(self: Timed, *given: Any) -> Any:
        decision = real(self, *given)
        verdict = verdicts[len(ended)]
        ended.append(1)
        return msgspec.structs.replace(decision, verdict=verdict)

    monkeypatch.setattr(Timed, "_section", section)
    return ended


@pytest.mark.parametrize(
    ("verdicts", "outcome", "sections"),
    [
        ((TimingVerdict.TOO_NOISY, TimingVerdict.WITHIN), None, 2),
        ((TimingVerdict.TOO_NOISY, TimingVerdict.OVER), Outcome.OVER_BUDGET, 2),
        ((TimingVerdict.TOO_NOISY, TimingVerdict.TOO_NOISY), Outcome.TOO_NOISY, 2),
        ((TimingVerdict.NEEDS_PERSON,), Outcome.NEEDS_PERSON, 1),
        ((TimingVerdict.OVER,), Outcome.OVER_BUDGET, 1),
        ((TimingVerdict.WITHIN,), None, 1),
    ],
)
def test_verdicts_and_their_outcomes(
    time_check: Check,
    monkeypatch: pytest.MonkeyPatch,
    verdicts: tuple[TimingVerdict, ...],
    outcome: Outcome | None,
    sections: int,
) -> None:
    """Too noisy is measured again, never a silent fail; whose noise cannot be said is a person's to judge."""
    ended = cap(monkeypatch, *verdicts)
    section = Section(time_check, Side(REFERENCE_S))
    if outcome is None:
        section.run()
    else:
        assert section.judged().outcome is outcome

    assert len(ended) == sections
    assert section.verdict is verdicts[-1]


def test_work_off_the_clock_is_charged(time_check: Check) -> None:
    """A candidate that seems quick in its calls and works between them pays for it: the ratio is no lower."""
    honest = Section(time_check, Side(10 * REFERENCE_S))
    sly = Section(time_check, Side(REFERENCE_S / 10, idle_s=10 * REFERENCE_S))
    assert honest.judged().outcome is sly.judged().outcome is Outcome.OVER_BUDGET
    assert honest.timed.result is not None
    assert sly.timed.result is not None

    assert sly.timed.result.ratio >= honest.timed.result.ratio


def test_preparation_is_not_charged(time_check: Check) -> None:
    """Objects are built before the account is opened; each side prepares its own."""
    section = Section(time_check, Side(itertools.chain([50.0], itertools.repeat(REFERENCE_S))))
    prepared: list[Any] = []
    section.timed.compare(
        prepare=lambda side: prepared.append(side.add(1)) or len(prepared),
        inputs=lambda: (2,),
        call=lambda side, number, x: side.add(number * x) and None,
    )

    assert section.verdict is TimingVerdict.WITHIN
    assert prepared == [1, 1]


def test_inputs_are_fresh_for_every_repetition(time_check: Check) -> None:
    """And the same on both sides; nothing that was seen once helps the next time."""
    seen: dict[str, list[int]] = {"candidate": [], "reference": []}

    def noting(name: str) -> Callable[[int], Returned]:
        return lambda x: seen[name].append(x) or Returned(x)  # type: ignore[func-returns-value]

    section = Section(time_check, Side(0.01, noting("candidate")), Side(0.01, noting("reference")))
    section.run()

    assert seen["candidate"] == seen["reference"] == section.drawn == list(range(7))


def test_the_sides_take_turns(time_check: Check) -> None:
    """Who goes first changes, and a worker runs only while it is its turn: it is read once it has stopped."""
    turns: list[str] = []

    def noting(name: str) -> Callable[[int], Returned]:
        return lambda x: turns.append(name) or Returned(x)  # type: ignore[func-returns-value]

    section = Section(time_check, Side(0.01, noting("c")), Side(0.01, noting("r")))
    section.run()
    assert {"".join(pair) for pair in zip(turns[::2], turns[1::2], strict=True)} == {"cr", "rc"}
    for worker in section.supply.workers:
        assert worker.log[:3] == ["Begin", "stop", "read"]
        assert worker.log[3:7] == ["go", "call", "stop", "read"]
        assert worker.killed
    assert [side.loads for side in section.sides] == [[True], [True]]


def test_a_wrong_result_is_wrong_however_quick(time_check: Check) -> None:
    """Outputs of timed calls are checked, with the call as evidence."""
    section = Section(time_check, Side(0.0001, lambda x: Returned(x if x < 3 else -1)))
    with pytest.raises(ExpectationFailed) as caught:
        section.run()

    assert caught.value.example is not None
    assert (caught.value.example.call, caught.value.example.got) == ("add(3)", "-1")
    assert all(worker.killed for worker in section.supply.workers)


def test_an_error_of_the_candidate_is_its_own(time_check: Check) -> None:
    """Raised in a timed call, or dead in one."""
    for seen, kind in ((Raised(("ValueError",), "no"), CandidateRaised), (Died("exit", 0), CandidateGone)):
        with pytest.raises(kind):
            Section(time_check, Side(0.01, lambda _, seen=seen: seen)).run()


def test_an_error_of_the_reference_is_ours(time_check: Check) -> None:
    """The candidate loses nothing by it, wherever it happens."""
    broken = Side(0.01)
    broken.broken = CandidateGone(Died("timeout"), None)
    for reference in (Side(0.01, lambda _: Died("timeout")), Side(0.01, lambda _: Raised(("E",), "")), broken):
        section = Section(time_check, Side(0.01), reference)
        with pytest.raises(ReferenceFailed):
            section.run()
        assert all(worker.killed for worker in section.supply.workers)


def test_a_worker_that_dies_after_its_answer_has_no_clock(time_check: Check) -> None:
    """It crashed; it was not infinitely quick."""
    section = Section(time_check, Side(0.01))

    def answer_and_die(x: int) -> Returned:
        section.supply.workers[0].died = Died("exit", 0)
        return Returned(x)

    section.sides[0].answer = answer_and_die
    with pytest.raises(CandidateGone) as caught:
        section.run()

    assert caught.value.died == Died("exit", 0)


def test_a_section_ends_though_undecided(time_check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past its wall time it is concluded with what was measured."""
    monkeypatch.setattr(bench, "SECTION_WALL_S", -1.0)
    section = Section(time_check, Side(0.01))

    section.judged()
    assert section.timed.result is not None
    assert section.timed.result.repeats == 1


# ---- one at a time --------------------------------------------------------------------------------------------------


def held(path: Path) -> bool:
    """Whether somebody holds the machine's lock."""
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_one_timed_section_on_a_machine(tmp_path: Path) -> None:
    """The lock is held inside, given back after, by an error too, and is nobody else's to read."""
    path = tmp_path / f"grader-timing-{os.getuid()}.lock"
    with only_one_on_this_machine():
        assert held(path)
        assert path.stat().st_mode & 0o777 == 0o600
    assert not held(path)
    with pytest.raises(ZeroDivisionError), only_one_on_this_machine():
        _ = 1 / 0
    assert not held(path)


def test_the_lock_follows_no_link(tmp_path: Path) -> None:
    """A link that somebody left in its place leads nowhere."""
    (tmp_path / f"grader-timing-{os.getuid()}.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError), only_one_on_this_machine():
        pytest.fail("the link was followed")

    assert not (tmp_path / "elsewhere").exists()


# ---- real workers ---------------------------------------------------------------------------------------------------

SPINNING = b"""
import threading
def spin():
    while True: pass
threading.Thread(target=spin, daemon=True).start()
def add(a, b): return a + b
"""


def test_a_thread_that_spins_between_calls_is_charged(
    supply: Supply, adder: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the kernel's account: what it uses while nobody calls it, if it escaped the stop, is on its next call."""
    worker = supply.take()
    side = Bench(worker, Program(adder, SPINNING), 1, steady_heap=True)
    call = lambda module, _: module.add(1, 2)  # noqa: E731
    side.settle()
    monkeypatch.setattr(Worker, "stop", lambda self: None)
    start_s = worker.cpu_s()
    deadline_s = time.monotonic() + 60
    while worker.cpu_s() - start_s < 0.05 and time.monotonic() < deadline_s:
        worker.go()
        time.sleep(0.005)
    result, used_s = side.timed(call, None, ())

    assert result == 3
    assert used_s >= 0.05
    worker.kill()


def test_a_stop_stops_threads_too(supply: Supply, adder: Exercise) -> None:
    """Between its calls nothing of the candidate's runs: what is charged is what its calls took."""
    worker = supply.take()
    side = Bench(worker, Program(adder, SPINNING), 1, steady_heap=True)
    side.settle()
    before_s = worker.settled_cpu_s()
    time.sleep(0.05)

    assert worker.settled_cpu_s() == before_s
    worker.kill()


class Levels(Played):
    """A worker whose own memory is, look by look, what is given; the last level stays."""

    def __init__(self, *levels: int) -> None:
        super().__init__(iter(()), lambda: Returned(None), 0.0)
        self.levels = list(levels)

    def memory(self) -> Memory:
        level = self.levels.pop(0) if len(self.levels) > 1 else self.levels[0]
        return Memory(rss_bytes=level, peak_rss_bytes=level, file_bytes=0)

    def forget_peak(self) -> bool:
        return True


class OneLook(contextlib.AbstractContextManager["OneLook"]):
    """Stands for a lookout that looks once."""

    def __init__(self, worker: Levels) -> None:
        self.lowest_own_bytes = self.peak_own_bytes = worker.memory().own_bytes

    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize(
    ("levels", "rise"),
    [
        ((100, 110, 110, 130), 30),  # honest: over what it was before the candidate's code was there
        ((100, 60, 60, 90), 30),  # what came with the fork is given back at import: that makes no room
        ((100, 100, 60, 90), 30),  # or between import and call
        ((100, 100, 100, 70), 0),
    ],
)
def test_a_rise_begins_at_the_lowest(levels: tuple[int, ...], rise: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker begins with a hundred megabytes of its parent's; who drops them must not build as much anew."""
    monkeypatch.setattr("grader.exam.bench.Lookout", OneLook)
    bench = Bench(Levels(*levels), Side(REFERENCE_S), 1, steady_heap=False)  # type: ignore[arg-type]
    _, rose = bench.peak_of(lambda *_: None, None, ())
    assert rose == rise
