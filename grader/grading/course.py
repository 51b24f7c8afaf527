"""A submission's way through the checks: part after part, what fails in company once more alone."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence

import msgspec

from grader.exam.failures import CandidateRaised, Judged
from grader.exam.memo import ReferenceSeat
from grader.exam.room import Room
from grader.exam.seat import Seat
from grader.exam.sitting import Sat, UnusableResult
from grader.exam.supply import Supply
from grader.grading import desk
from grader.grading.options import GradeOptions
from grader.i18n import say
from grader.model import Check, CheckResult, Exercise, Outcome, Scene, Stage, Timing
from grader.wire.messages import Use

# Of these the limits are to blame, which all parts share in company, or we are.
_OF_LIMITS = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.OVER_BUDGET, Outcome.GRADER_FAULT)

Tell = Callable[[int, int, str], None]


class Proctor:
    """What one exercise needs to have its checks run on a submission: the room, and the reference with one seed."""

    def __init__(self, exercise: Exercise, room: Room, supply: Supply, reference: ReferenceSeat, seed: int) -> None:
        self.exercise = exercise
        self.supply = supply
        self.seed = seed
        self.checks = tuple(desk.in_order(room.checks(exercise.slug), exercise))
        self._room = room
        self._reference = reference
        self._sound: set[str] = set()

    def sit(self, check: Check, seat: Seat) -> Sat:
        """Run one check; raises as `Room.sit` does."""
        return self._room.sit(check, seat, self._reference, self.seed)

    def is_sound(self, check: Check) -> bool:
        """Whether the reference passes a check; with one seed it does so for all submissions, and is asked once."""
        if check.id in self._sound:
            return True
        understudy = Seat(self._reference.seat.program, self.supply)
        try:
            passed = self.sit(check, understudy).outcome is Outcome.PASSED
        except UnusableResult:
            passed = False
        finally:
            understudy.leave()
        if passed and not check.kind.is_measured:  # whoever was unlucky once is not broken for ever
            self._sound.add(check.id)
        return passed


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
        self.seat = seat
        self.scenes: list[Scene] = []
        self.timing: list[Timing] = []
        self.stages: list[Stage] = []
        self.layers: tuple[str, ...] = ()
        self.import_failed = False
        self.nothing_ran = False  # the import ended badly: there is nothing to be said of any function

    def run(self) -> tuple[CheckResult, ...]:
        """Import the submission and run all checks on it.

        Raises:
            GraderError: a fault of ours.
        """
        checks = self._proctor.checks
        self._tell(0, len(checks), "import")
        start_s = self.now_s()
        self._broken = self._import()
        self.note_stage("import", start_s)
        for part, of_part in itertools.groupby(checks, key=lambda each: each.part):
            start_s = self.now_s()
            self._take_part(tuple(of_part))
            self.note_stage(part, start_s)
        self.seat.leave()
        return tuple(self._done.values())

    def now_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._start_s

    def note_stage(self, name: str, start_s: float) -> None:
        """Something that began then ends now."""
        self.stages.append(Stage(name=name, start_s=start_s, end_s=self.now_s()))

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
        scenes, measured = len(self.scenes), len(self.timing)
        self.seat.enter_part()
        missed = self._take_all(mine)
        if missed is None:
            return
        del self.scenes[scenes:], self.timing[measured:]
        for check in mine:
            self._done.pop(check.id, None)
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
            if self.seat.asked_in_company and result.outcome is not Outcome.PASSED:
                return result
            self._done[check.id] = result
        return None

    def _take(self, check: Check) -> CheckResult:
        self.seat.asked_in_company = False
        omitted = desk.left_out(check, self._options, self._exercise)
        if omitted is not None:
            return CheckResult(check=check, outcome=Outcome.NOT_GRADED, points=0.0, message=omitted)
        broken = self._broken
        if broken is not None and check.function not in self._exercise.questions:
            return CheckResult(
                check=check, outcome=broken.outcome, points=0.0, message=broken.message, traceback=broken.traceback
            )
        hindered = desk.overdrawn(check, self._exercise, self.seat.wall_spent_s, self._options)
        hindered = hindered or desk.hindrance(check, self._exercise, self._done, self._uses)
        return hindered or self._sit(check)

    def _sit(self, check: Check) -> CheckResult:
        if check.kind.is_measured:
            self.seat.leave()  # nothing of the candidate's runs beside a measurement
            if check.budget is not None:
                check = msgspec.structs.replace(check, budget=check.budget * self._options.budget_scale)
        try:
            sat = self._proctor.sit(check, self.seat)
        except UnusableResult as error:
            return self._unusable(check, error)
        self.scenes.append(sat.scene)
        if sat.timing is not None:
            self.timing.append(sat.timing)
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
        self.scenes.append(error.scene)
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
