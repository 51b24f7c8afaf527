"""The bench that a budget is measured at, and time beside the reference. The numbers are the kernel's.

Each side sits at a bench with a fresh worker of the same jail. Between its calls a worker is stopped; should it work
off the clock all the same, what it used since its last reading is charged to its next call. One timed section runs on
a machine at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from grader import timing, values
from grader.exam.failures import BudgetJudged, CandidateGone, ExpectationFailed, Judged, ReferenceFailed
from grader.exam.peak import Lookout
from grader.exam.program import Program
from grader.exam.proxy import Handle, Module
from grader.exam.seat import value_or_raise
from grader.exam.supply import Lender
from grader.i18n import say
from grader.model import Call, Check, Example, Outcome, Returned, Timing, TimingVerdict
from grader.sandbox import Expired, Worker
from grader.wire import messages

SECTION_WALL_S = 60.0  # past this the section is concluded with what was measured
SECTIONS = 2  # a section that was too noisy is measured once more, with fresh workers

Prepare = Callable[[Module], Any]
Draw = Callable[[], tuple[Any, ...]]
Run = Callable[..., Any]


class Bench:
    """One side of a budget: a worker of its own, stopped between calls."""

    def __init__(self, worker: Worker, program: Program, seed: int, *, steady_heap: bool) -> None:
        self._worker = worker
        self._jailed_s = worker.cpu_s()
        self._baseline = worker.memory()  # before any candidate's code: what it takes at import counts too
        self.last_call: Call | None = None
        program.load(worker, steady_heap=steady_heap)
        worker.request(messages.Begin(seed))
        self._loaded = worker.memory()
        self.module = Module(self, program)
        self._accounted_s = worker.cpu_s()

    def perform(self, call: Call) -> Returned:
        self.last_call = call
        return value_or_raise(call, self._worker.call(call))

    def timed(self, run: Run, prepared: Any, drawn: tuple[Any, ...]) -> tuple[Any, float]:
        """Run one call.

        Returns:
            Its result, and all CPU seconds that the worker used since its last reading.
        """
        self._worker.go()
        result = run(self.module, prepared, *drawn)
        self._worker.stop()
        now_s = self._worker.settled_cpu_s()
        if now_s < self._accounted_s:  # there is no clock of a process that is gone
            self._worker.request(messages.Begin(0))  # says how it went
        used_s, self._accounted_s = now_s - self._accounted_s, now_s
        return result, used_s

    def settle(self) -> None:
        """Start the account anew; what came before was preparation."""
        self._worker.stop()
        self._accounted_s = self._worker.settled_cpu_s()

    def peak_of(self, run: Run, prepared: Any, drawn: tuple[Any, ...]) -> tuple[Any, int]:
        """Run one call.

        Returns:
            Its result, and the bytes by which the worker's own memory rose, at the highest during the call, above the
            lowest that it has been, which honest code has seen before the candidate's code was there.
        """
        lowest_bytes = min(self._baseline.own_bytes, self._loaded.own_bytes)
        self._worker.forget_peak()  # where the kernel does not let us, a peak at import counts too
        with Lookout(self._worker) as lookout:
            result = run(self.module, prepared, *drawn)
        peak_bytes = max(lookout.peak_own_bytes, self._worker.memory().peak_own_bytes)
        return result, max(0, peak_bytes - min(lowest_bytes, lookout.lowest_own_bytes))

    @property
    def cpu_s(self) -> float:
        """What the candidate's code has used, import included."""
        return max(0.0, self._worker.cpu_s() - self._jailed_s)


class Timed:
    """The fixture `timed`."""

    def __init__(
        self, check: Check, sides: tuple[Program, Program], supply: Lender, seed: int, renew: Callable[[int], None]
    ) -> None:
        """
        Args:
            renew: called with the number of each repetition before its inputs are drawn. Who has seen the inputs of
                one could compute those of the next, if one generator went on drawing.
        """
        self._check = check
        self._sides = sides
        self._supply = supply
        self._seed = seed
        self._renew = renew
        self._repetition = 0
        self.result: Timing | None = None
        self.cpu_s = 0.0

    def compare(self, *, prepare: Prepare = lambda _: None, inputs: Draw, call: Run) -> None:
        """Judge the candidate's CPU time against the reference's.

        Args:
            prepare: builds what the calls need on one side (objects, weights); not timed.
            inputs: draws fresh secret inputs for every repetition, as a tuple.
            call: `call(side, prepared, *inputs)` makes the timed call and returns its result.

        Raises:
            BudgetJudged: not within the budget.
            ExpectationFailed: a timed call gave a wrong result.
        """
        for section in range(SECTIONS):
            decision = self._section(prepare, inputs, call)
            self.result = decision.timing(self._check.id)
            if decision.verdict is not TimingVerdict.TOO_NOISY or section + 1 == SECTIONS:
                break
        assert self.result is not None
        self._judge(self.result)

    def _section(self, prepare: Prepare, inputs: Draw, call: Run) -> timing.Decision:
        assert self._check.budget is not None
        judge = timing.RatioJudge(self._check.budget)
        deadline_s = time.monotonic() + SECTION_WALL_S
        with only_one_on_this_machine(), contextlib.ExitStack() as stack:
            workers = []
            for _ in self._sides:
                worker = self._supply.take(refill=False, full=self._check.full)
                stack.callback(worker.kill)
                workers.append(worker)
            timing.share_core([worker.pid for worker in workers])
            benches, prepared = {}, {}
            for side, worker, program in zip(timing.Side, workers, self._sides, strict=True):
                with _blaming(side):
                    benches[side] = Bench(worker, program, self._seed, steady_heap=True)
                    prepared[side] = prepare(benches[side].module)
            for bench in benches.values():
                bench.settle()
            for pair in timing.pairs():
                self._repetition += 1
                self._renew(self._repetition)
                results, used = self._pair(benches, prepared, pair, inputs(), call)
                self.cpu_s += used[timing.Side.CANDIDATE]
                self._compare(benches, results)
                if pair.warm_up:
                    continue
                decision = judge.add(used[timing.Side.CANDIDATE], used[timing.Side.REFERENCE])
                if decision.verdict is None and time.monotonic() > deadline_s:
                    decision = judge.conclude()
                if decision.verdict is not None:
                    return decision
        raise AssertionError("a timed section ends with a decision")

    @staticmethod
    def _pair(
        benches: dict[timing.Side, Bench],
        prepared: dict[timing.Side, Any],
        pair: timing.Pair,
        drawn: tuple[Any, ...],
        call: Run,
    ) -> tuple[dict[timing.Side, Any], dict[timing.Side, float]]:
        results, used = {}, {}
        for side in pair.order:
            with _blaming(side):
                results[side], used[side] = benches[side].timed(call, prepared[side], drawn)
        return results, used

    def _compare(self, benches: dict[timing.Side, Bench], results: dict[timing.Side, Any]) -> None:
        got, want = results[timing.Side.CANDIDATE], results[timing.Side.REFERENCE]
        check_result(got, want, benches[timing.Side.CANDIDATE].last_call)

    def _judge(self, result: Timing) -> None:
        fields = {
            "ratio": f"{result.ratio:.2f}",
            "low": f"{result.low:.2f}",
            "high": f"{result.high:.2f}",
            "budget": f"{result.budget:g}",
        }
        match result.verdict:
            case TimingVerdict.WITHIN:
                return
            case TimingVerdict.OVER:
                text = say(
                    "It takes {ratio} times the reference's CPU time (between {low} and {high}); "
                    "the budget is {budget} times.",
                    **fields,
                )
                raise BudgetJudged(Outcome.OVER_BUDGET, text)
            case TimingVerdict.TOO_NOISY:
                text = say(
                    "Too noisy to say: about {ratio} times the reference's CPU time, somewhere between {low} and "
                    "{high}; the budget is {budget} times. Run it again on a quieter machine.",
                    **fields,
                )
                raise BudgetJudged(Outcome.TOO_NOISY, text)
            case TimingVerdict.NEEDS_PERSON:
                text = say(
                    "The times of both sides scatter too much to judge (ratio between {low} and {high}, budget "
                    "{budget}): a person should look. No points are lost.",
                    **fields,
                )
                raise BudgetJudged(Outcome.NEEDS_PERSON, text)


@contextlib.contextmanager
def _blaming(side: timing.Side) -> Iterator[None]:
    """What goes wrong on the reference's side is no fault of the candidate."""
    try:
        yield
    except Expired as error:
        gone = CandidateGone(error.died, None)
        raise (gone if side is timing.Side.CANDIDATE else ReferenceFailed(gone)) from error
    except Judged as error:
        if side is timing.Side.CANDIDATE:
            raise
        raise ReferenceFailed(error) from error


def check_result(got: Any, want: Any, call: Call | None) -> None:
    """Compare what a measured call returned with what the reference did; objects behind handles are not looked at.

    Raises:
        ExpectationFailed: they differ.
    """
    if isinstance(got, Handle) and isinstance(want, Handle):
        return
    found = values.difference(got, want)
    if found is not None:
        text = say("What the measured call returned is wrong: {why}", why=found.text)
        name = "" if call is None else values.describe_call(call)
        raise ExpectationFailed(text, Example(call=name, expected=found.expected, got=found.got))


@contextlib.contextmanager
def only_one_on_this_machine() -> Iterator[None]:
    """Hold the machine's lock for timed sections of this user."""
    path = Path(tempfile.gettempdir()) / f"grader-timing-{os.getuid()}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
