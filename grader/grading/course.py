"""A submission's way through the checks: part after part, what fails in company once more alone.

A measurement of memory goes on aside where there is a core to spare.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from grader import timing
from grader.exam.failures import CandidateRaised, Judged
from grader.exam.seat import Seat
from grader.exam.sitting import Sat, UnusableResult
from grader.grading import desk
from grader.grading.aside import Aside
from grader.grading.options import GradeOptions
from grader.grading.proctor import Proctor
from grader.i18n import say
from grader.model import Check, CheckResult, Outcome, Scene, Stage, Timing
from grader.wire.messages import Use

# Of these the limits are to blame, which all parts share in company, or we are.
_OF_LIMITS = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.OVER_BUDGET, Outcome.GRADER_FAULT)

Tell = Callable[[int, int, str], None]
_Found = TypeVar("_Found")


class Course:
    """The checks of one submission, as they go on."""

    def __init__(self, proctor: Proctor, seat: Seat, options: GradeOptions, tell: Tell) -> None:
        self._proctor = proctor
        self._exercise = proctor.exercise
        self._options = options
        self._tell = tell
        self._start_s = time.monotonic()
        self._broken: Judged | None = None
        self._uses: tuple[Use, ...] = ()
        self._done: dict[str, CheckResult] = {}
        self._scenes: dict[str, Scene] = {}
        self._timing: dict[str, Timing] = {}
        self._aside: Aside | None = None
        self.seat = seat
        self.stages: list[Stage] = []
        self.layers: tuple[str, ...] = ()
        self.import_failed = False
        self.nothing_ran = False  # the import ended badly: there is nothing to be said of any function

    def run(self) -> tuple[CheckResult, ...]:
        """Import the submission and run all checks on it.

        Raises:
            GraderError: a fault of ours.
        """
        self._tell(0, len(self._proctor.checks), "import")
        # Sections that measure time have an arrangement of their own, and last longer than anybody should be pinned.
        with contextlib.nullcontext() if self._options.timing else timing.settled() as self.seat.place:
            try:
                self._take_all_parts()
            finally:
                self.seat.place = None
                if self._aside is not None:
                    self._aside.abandon()
        self.seat.leave()
        self.stages.sort(key=lambda each: each.start_s)
        return tuple(self._in_order(self._done))

    @property
    def scenes(self) -> list[Scene]:
        """What was seen in each check that ran, in the order of the report."""
        return self._in_order(self._scenes)

    @property
    def timing(self) -> list[Timing]:
        """The timed comparisons, in the order of the report."""
        return self._in_order(self._timing)

    def _in_order(self, found: dict[str, _Found]) -> list[_Found]:
        return [found[each.id] for each in self._proctor.checks if each.id in found]

    def _take_all_parts(self) -> None:
        start_s = self.now_s()
        self._broken = self._import()
        self.note_stage("import", start_s)
        for mine in self._proctor.turns:
            start_s = self.now_s()
            self._take_part(mine)
            self.note_stage(mine[0].part, start_s)
        self._fetch_aside()

    def now_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._start_s

    def note_stage(self, name: str, start_s: float, end_s: float | None = None) -> None:
        """Something that began then has ended, now if nothing else is said."""
        self.stages.append(Stage(name=name, start_s=start_s, end_s=self.now_s() if end_s is None else end_s))

    def _import(self) -> Judged | None:
        reader = self._proctor.supply.take()
        self.layers = reader.layers
        try:
            if self._exercise.not_allowed:
                self._uses = self.seat.program.inspect(reader)
        except BaseException:
            reader.kill()
            raise
        try:
            self.seat.open(reader)
        except Judged as error:
            self.import_failed = isinstance(error, CandidateRaised) and error.outcome is Outcome.ERRORED
            self.nothing_ran = error.outcome is not Outcome.BLOCKED
            return error
        return None

    def _take_part(self, mine: Sequence[Check]) -> None:
        """Run the checks of one part, in the worker that has served the parts before if there is one.

        What an earlier part left in that process cannot show this one an expected value. Where it does harm, the part
        is taken again in a worker that has served no other: nothing but a pass counts in company.
        """
        self.seat.enter_part()
        missed = self._take_all(mine)
        if missed is None:
            return
        for check in mine:
            for found in (self._done, self._scenes, self._timing):
                found.pop(check.id, None)
        self.seat.go_alone()
        self._take_all(mine)
        alone = self._done[missed.check.id]
        if alone.outcome is Outcome.PASSED and missed.outcome not in _OF_LIMITS:
            self._done[missed.check.id] = _asking(alone)

    def _take_all(self, mine: Sequence[Check]) -> CheckResult | None:
        """Run checks up to the first that does not pass in company; that one, if there is one."""
        for check in mine:
            self._tell(len(self._done), len(self._proctor.checks), check.id)
            result = self._take(check)
            if result is None:
                continue  # it goes on aside
            if self.seat.asked_in_company and result.outcome is not Outcome.PASSED:
                return result
            self._done[check.id] = result
        return None

    def _take(self, check: Check) -> CheckResult | None:
        self.seat.asked_in_company = False
        omitted = desk.left_out(check, self._options, self._exercise)
        if omitted is not None:
            return CheckResult(check=check, outcome=Outcome.NOT_GRADED, points=0.0, message=omitted)
        broken = self._broken
        if broken is not None and check.function not in self._exercise.questions:
            return CheckResult(
                check=check, outcome=broken.outcome, points=0.0, message=broken.message, traceback=broken.traceback
            )
        if self._aside is not None and _waits(check, self._aside.check):
            self._fetch_aside()
        hindered = desk.overdrawn(check, self._exercise, self.seat.wall_spent_s, self._options)
        hindered = hindered or desk.hindrance(check, self._exercise, self._done, self._uses)
        if hindered is not None:
            return hindered
        if check.budget is not None:
            check = msgspec.structs.replace(check, budget=check.budget * self._options.budget_scale)
        aside = self._proctor.sit_aside(check, self.seat)
        if aside is not None:
            self._aside = aside
            return None
        if check.kind.is_measured:
            self.seat.leave()  # in line, nothing of the candidate's runs beside a measurement
        return self._result(check, lambda: self._proctor.sit(check, self.seat))

    def _fetch_aside(self) -> None:
        """Wait for what goes on aside, if anything does."""
        aside = self._aside
        if aside is not None:
            self._done[aside.check.id] = self._result(aside.check, aside.fetch)
            self.note_stage(aside.check.id, aside.start_s - self._start_s, aside.end_s - self._start_s)
            self._aside = None

    def _result(self, check: Check, sit: Callable[[], Sat]) -> CheckResult:
        try:
            sat = sit()
        except UnusableResult as error:
            return self._unusable(check, error)
        self._scenes[check.id] = sat.scene
        if sat.timing is not None:
            self._timing[check.id] = sat.timing
        return CheckResult(
            check=check,
            outcome=sat.outcome,
            points=check.points if sat.outcome is Outcome.PASSED else 0.0,
            message=sat.message,
            cpu_s=sat.cost.cpu_s,
            wall_s=sat.cost.wall_s,
            peak_rss_bytes=sat.cost.peak_rss_bytes,
            example=sat.example,
            traceback=sat.traceback,
        )

    def _unusable(self, check: Check, error: UnusableResult) -> CheckResult:
        """The test's own code raised. If it does so on the reference too, the test is broken."""
        if not self._proctor.is_sound(check):
            what = ": ".join(filter(None, (type(error.error).__name__, str(error.error)[:300])))
            text = say("The check itself is broken: {error}", error=what)
            return CheckResult(check=check, outcome=Outcome.GRADER_FAULT, points=0.0, message=text)
        self._scenes[check.id] = error.scene
        return CheckResult(
            check=check,
            outcome=Outcome.FAILED,
            points=0.0,
            message=error.message(check.visibility == "visible"),
            cpu_s=error.cost.cpu_s,
            wall_s=error.cost.wall_s,
            peak_rss_bytes=error.cost.peak_rss_bytes,
            example=error.example(),
        )


def _waits(check: Check, aside: Check) -> bool:
    """Whether a check has to wait for the one that goes on aside: nothing runs beside a measurement of time, there is
    one of memory at a time, and whether others of the same function hang counts."""
    return check.kind.is_measured or aside.id in check.needs or aside.function == check.function


def _asking(alone: CheckResult) -> CheckResult:
    """A check that passes alone, and ended otherwise beside the parts before it.

    Either these parts leave something behind that they should not, or the code looks at what is there and gives one
    answer first and another later, so that one of the two may be right. A person can tell; a pass would invite the
    latter.
    """
    text = say(
        "It passes by itself, but not after the earlier parts have run in the same process. Does one of them change "
        "something for the whole process? A person should look; no points are lost."
    )
    return msgspec.structs.replace(alone, outcome=Outcome.NEEDS_PERSON, points=0.0, message=text)
