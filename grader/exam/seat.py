"""A seat: one side of the exam (the candidate, or the reference) with its worker, and the record of its calls."""

from __future__ import annotations

from typing import NamedTuple

from grader import timing
from grader.exam.failures import (
    CandidateBlocked,
    CandidateGone,
    CandidateRaised,
    CandidateUnsupported,
    Judged,
    NotAttempted,
)
from grader.exam.program import Program
from grader.exam.supply import Lender
from grader.i18n import say
from grader.marking import MarkOutcome
from grader.model import (
    FORGOTTEN,
    Blocked,
    Call,
    Check,
    Died,
    Observation,
    Outcome,
    Raised,
    Returned,
    Scene,
    Unsupported,
)
from grader.sandbox import Worker

SETTLED_CALL_S = 0.02  # who makes longer calls than this does not share a core
KEPT_BYTES = 256 << 20  # of what one submission answers, for its report; the references' answers take 3 MB at most


class _Before(NamedTuple):
    """What was known of a submission when its present part began."""

    seen: frozenset[tuple[str, str, str]] = frozenset()
    kept_bytes: int = 0
    wall_spent_s: float = 0.0
    printed: int = 0
    printed_truncated: bool = False


class Seat:
    """One side of the exam. After a fault a fresh worker takes over.

    A worker that has served one part may serve the next, *in company* of what the first one left in its process; the
    module is executed anew for each. What does not go well in company can be tried again alone, as if it had not been.
    Checks of --full have workers of their own, with limits of their own.
    """

    def __init__(self, program: Program, supply: Lender) -> None:
        self.program = program
        self.supply = supply
        self.missing: tuple[str, ...] = ()
        self.cpu_s = 0.0
        self.peak_rss_bytes = 0
        self.place: timing.Place | None = None  # of whoever asks, whom its workers are to join
        self.printed: list[str] = []
        self.printed_truncated = False
        self._worker: Worker | None = None
        self._seen: set[tuple[str, str, str]] = set()
        self._scene: tuple[Check, int] | None = None
        self.in_company = False  # whether the present worker has served an earlier part
        self.asked_in_company = False  # whether such a one has been asked anything for the present check
        self._used = False  # whether the present worker has been asked anything
        self._stale = False  # whether its module is still that of the earlier part
        self._before = _Before()
        self._begun = False
        self._full = False
        self._kept_bytes = 0
        self.wall_spent_s = 0.0  # by imports and calls, of all checks
        self._calls: list[Call] = []
        self._observations: list[Observation] = []

    # ---- workers ---------------------------------------------------------------------------------------------------

    def open(self, reader: Worker) -> None:
        """Have the program loaded for the first part.

        Args:
            reader: a worker that has read the source and executed nothing of it.

        Raises:
            Judged: the program cannot be imported.
        """
        if reader.died is None:
            self._worker = reader
            self._bring(reader)
            self._load(reader)
        else:
            self.worker()  # loading it will say what reading it led to

    def enter_part(self) -> None:
        """Another part begins. The present worker, if there is one, serves it too."""
        worker = self._worker
        if worker is not None and worker.died is None and self._used:
            self.in_company = self._stale = True
            self._keep_output(worker)
            worker.forget_peak()
        self._before = _Before(
            frozenset(self._seen), self._kept_bytes, self.wall_spent_s, len(self.printed), self.printed_truncated
        )

    def go_alone(self) -> None:
        """Begin the part again, in a worker that has served no other, as if it had not been begun."""
        before = self._before
        self._seen, self._kept_bytes = set(before.seen), before.kept_bytes
        self.wall_spent_s = before.wall_spent_s  # who is tried twice has as much time the second time
        del self.printed[before.printed :]
        self.printed_truncated = before.printed_truncated
        self._give_up()

    def leave(self) -> None:
        """Give up the present worker; the next call gets a fresh one."""
        if self._worker is not None:
            self._keep_output(self._worker)
        self._give_up()

    def _give_up(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None
        self.in_company = self._used = self._stale = self._begun = False

    def worker(self) -> Worker:
        """The present worker, with the program loaded.

        Raises:
            Judged: the program cannot be imported.
        """
        if self._worker is not None and self._worker.died is not None:
            self.leave()
        if self._worker is not None and self._stale:
            self._load_anew(self._worker)
        if self._worker is None:
            self._worker = self.supply.take(full=self._full)
            self._begun = False
            self._bring(self._worker)
            self._load(self._worker)
        return self._worker

    def _bring(self, worker: Worker) -> None:
        if self.place is not None:
            timing.pin(worker.pid, {self.place.core})

    def _unsettle(self, worker: Worker, place: timing.Place) -> None:
        """Let both go where they like. Nothing is gained on one core by long calls, and by threads of theirs, much is
        lost: the examiner would be one of many that take turns."""
        self.place = None
        timing.move_to({place.core, *place.others})
        if worker.died is None:  # the number of one that is gone may be somebody else's by now
            timing.pin(worker.pid, {place.core, *place.others})

    def _load(self, worker: Worker) -> None:
        try:
            self.missing = self.program.load(worker)
        except Judged:
            self.leave()
            raise
        finally:
            self.wall_spent_s += worker.last.wall_s

    def _load_anew(self, worker: Worker) -> None:
        """Have the next part find a module that no other has used; where that cannot be had, it is served alone."""
        self._stale = False
        try:
            self.missing = self.program.load(worker)
        except Judged:
            self.go_alone()
        else:
            self.wall_spent_s += worker.last.wall_s

    def _keep_output(self, worker: Worker) -> None:
        text = worker.take_output()
        if text:
            self.printed.append(text)
        self.printed_truncated = self.printed_truncated or worker.output_truncated

    # ---- scenes ----------------------------------------------------------------------------------------------------

    def begin(self, check: Check, seed: int) -> None:
        """Start the record of one check."""
        if check.full is not self._full:
            self.leave()
            self._full = check.full
        self._scene = (check, seed)
        self.asked_in_company = self._begun = False
        self._calls, self._observations = [], []
        self.cpu_s = 0.0
        self.peak_rss_bytes = 0

    def end(self) -> Scene:
        """Close the record."""
        assert self._scene is not None
        check, seed = self._scene
        if self._worker is not None and self._worker.died is None:
            self.peak_rss_bytes = max(self.peak_rss_bytes, self._worker.memory().peak_rss_bytes)
        self._scene = None
        return Scene(
            check=check.id,
            kind=check.kind,
            part=check.part,
            seed=seed,
            calls=tuple(self._calls),
            observations=tuple(self._observations),
        )

    # ---- calls -----------------------------------------------------------------------------------------------------

    def perform(self, call: Call) -> Returned:
        """Make one call and record it.

        Raises:
            Judged: anything but a value came back.
        """
        if call.target == "answer":
            return self._answer(call)
        worker = self.worker()
        self._used = True
        self.asked_in_company = self.asked_in_company or self.in_company
        if call.function in self.missing:
            raise NotAttempted(call.function, missing=True)
        begin = self._scene[1] if self._scene is not None and not self._begun else None
        observation = worker.call(call, begin=begin)
        self._begun = True
        self.cpu_s += worker.last.cpu_s
        self.wall_spent_s += worker.last.wall_s
        if self.place is not None and worker.last.wall_s > SETTLED_CALL_S:
            self._unsettle(worker, self.place)
        key = (call.function, call.target, call.name)
        first = key not in self._seen
        self._seen.add(key)
        if first and isinstance(observation, Raised) and "NotImplementedError" in observation.types:
            self._seen.discard(key)
            # Of a constant it is support.py that says so: nothing of the candidate's has run.
            raise NotAttempted(call.function, empty=call.target == "support" and not observation.frames)
        if call.target == "attribute" and isinstance(observation, Returned) and _empty(observation.value):
            raise NotAttempted(call.function, empty=True)
        self._calls.append(call)
        self._kept_bytes += worker.last.reply_bytes
        too_much = self._kept_bytes > KEPT_BYTES and isinstance(observation, Returned)
        self._observations.append(FORGOTTEN if too_much else observation)
        return value_or_raise(call, observation)

    def _answer(self, call: Call) -> Returned:
        """What `answers.md` says; no worker is asked."""
        marked = self.program.answers.mark(call.name)
        if marked.outcome is MarkOutcome.ABSENT:
            raise Judged(Outcome.NOT_ATTEMPTED, say("answers.md has no answer to {question} yet.", question=call.name))
        observation = self.program.answers.observe(call.name, *call.arguments)
        self._calls.append(call)
        self._observations.append(observation)
        return observation


def _empty(value: object) -> bool:
    """Whether a constant is as the stub has it."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def value_or_raise(call: Call, observation: Observation) -> Returned:
    """What came back, or the judgement that it leads to.

    Raises:
        Judged: anything but a value came back.
    """
    match observation:
        case Returned():
            return observation
        case Raised():
            raise CandidateRaised(observation, call)
        case Blocked():
            raise CandidateBlocked(observation)
        case Unsupported():
            raise CandidateUnsupported(observation, call)
        case Died():
            raise CandidateGone(observation, call)
