"""Grade one submission: look at its source, run its checks, name its mistakes, write the report."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable

import msgspec

from grader.diagnosis import diagnose, replayable
from grader.exam.answers import handed_in
from grader.exam.failures import CandidateRaised, Judged
from grader.exam.memo import ReferenceSeat
from grader.exam.room import Room
from grader.exam.seat import Program, Seat
from grader.exam.sitting import Sat, UnusableResult
from grader.exam.supply import Supply
from grader.grading import desk
from grader.grading.options import GradeOptions
from grader.grading.replay import Replays
from grader.i18n import say
from grader.model import (
    PENDING,
    Check,
    CheckKind,
    CheckResult,
    Diagnosis,
    Environment,
    Exercise,
    Isolation,
    Outcome,
    Report,
    Scene,
    Stage,
    Submission,
    Text,
    Tier,
    Timing,
    verdict_of,
)
from grader.sandbox import Zygote
from grader.wire.messages import Use

DIAGNOSIS_CPU_S = 10.0

Tell = Callable[[int, int, str], None]


class Grader:
    """Grades submissions of one exercise, one after the other, with one seed."""

    def __init__(self, exercise: Exercise, room: Room, zygote: Zygote, seed: int, environment: Environment) -> None:
        self._exercise = exercise
        self._room = room
        self._zygote = zygote
        self._seed = seed
        self._environment = environment
        self._supply = Supply(zygote, exercise.budget)
        reference = Program(exercise, *handed_in(exercise, exercise.reference))
        self._reference = ReferenceSeat(Seat(reference, self._supply))
        self._replays = Replays(exercise, self._supply)

    def grade(self, submission: Submission, options: GradeOptions, tell: Tell = lambda *_: None) -> Report:
        """Grade a submission.

        Args:
            tell: told (checks done, checks in all, stage) as it goes on.

        Raises:
            GraderError: a fault of ours that leaves no report.
        """
        run = _Run(self, submission, options, tell)
        try:
            return run.report()
        finally:
            run.seat.close()
            self._replays.finish()
            self._supply.prepare()

    @property
    def seed(self) -> int:
        return self._seed

    def close(self) -> None:
        self._reference.seat.leave()
        self._supply.close()


class _Run:
    """One grading as it goes on."""

    def __init__(self, grader: Grader, submission: Submission, options: GradeOptions, tell: Tell) -> None:
        self._grader = grader
        self._exercise = grader._exercise
        self._submission = submission
        self._options = options
        self._tell = tell
        self.seat = Seat(Program(grader._exercise, submission.source, submission.answers), grader._supply)
        self._done: dict[str, CheckResult] = {}
        self._scenes: list[Scene] = []
        self._timing: list[Timing] = []
        self._stages: list[Stage] = []
        self._start_s = time.monotonic()
        self._import_failed = False
        self._nothing_ran = False  # the import ended badly: there is nothing to be said of any function
        self._layers: tuple[str, ...] = ()

    def report(self) -> Report:
        started_at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        checks = desk.in_order(self._grader._room.checks(self._exercise.slug), self._exercise)
        self._tell(0, len(checks), "import")
        broken, uses = self._import()
        part = ""
        part_start_s = self._now_s()
        for number, check in enumerate(checks):
            self._tell(number, len(checks), check.id)
            if check.part != part:
                self._stage(part, part_start_s)
                part, part_start_s = check.part, self._now_s()
                if number:
                    self.seat.leave()  # a worker serves one part
            omitted = desk.left_out(check, self._options, self._exercise)
            if omitted is not None:
                self._done[check.id] = CheckResult(check=check, outcome=Outcome.NOT_GRADED, points=0.0, message=omitted)
            elif broken is not None and check.function not in self._exercise.questions:
                self._done[check.id] = CheckResult(
                    check=check, outcome=broken.outcome, points=0.0, message=broken.message, traceback=broken.traceback
                )
            else:
                hindered = desk.overdrawn(check, self._exercise, self.seat.wall_spent_s, self._options)
                hindered = hindered or desk.hindrance(check, self._exercise, self._done, uses)
                self._done[check.id] = hindered or self._run(check)
                if any(later.part != part for later in checks[number + 1 :]):
                    self.seat.think_ahead()
        self._stage(part, part_start_s)
        self.seat.leave()
        self._tell(len(checks), len(checks), "diagnosis")
        diagnoses, notes = self._diagnose()
        return self._write(started_at, diagnoses, notes)

    # ---- steps -----------------------------------------------------------------------------------------------------

    def _import(self) -> tuple[Judged | None, tuple[Use, ...]]:
        start_s = self._now_s()
        reader = self._grader._supply.take()
        self._layers = reader.layers
        try:
            self.seat.think_ahead()  # a second worker, if one is ready, executes the source while this one reads it
            uses = self.seat.program.inspect(reader) if self._exercise.not_allowed else ()
        except BaseException:
            reader.kill()
            raise
        try:
            self.seat.open(reader)
        except Judged as error:
            self._import_failed = isinstance(error, CandidateRaised) and error.outcome is Outcome.ERRORED
            self._nothing_ran = error.outcome is not Outcome.BLOCKED
            return error, uses
        finally:
            self._stage("import", start_s)
        return None, uses

    def _run(self, check: Check) -> CheckResult:
        if check.kind in (CheckKind.TIME, CheckKind.MEMORY):
            self.seat.rest()  # nothing of the candidate's runs beside a measurement
            if check.budget is not None:
                check = msgspec.structs.replace(check, budget=check.budget * self._options.budget_scale)
        try:
            sat = self._grader._room.sit(check, self.seat, self._grader._reference, self._grader._seed)
        except UnusableResult as error:
            return self._unusable(check, error)
        self._scenes.append(sat.scene)
        if sat.timing is not None:
            self._timing.append(sat.timing)
        return _result(check, sat)

    def _unusable(self, check: Check, error: UnusableResult) -> CheckResult:
        """The test's own code raised. If it does so on the reference too, the test is broken."""
        understudy = Seat(self._grader._reference.seat.program, self._grader._supply)
        try:
            passed = (
                self._grader._room.sit(check, understudy, self._grader._reference, self._grader._seed).outcome
                is Outcome.PASSED
            )
        except UnusableResult:
            passed = False
        finally:
            understudy.leave()
        if not passed:
            what = ": ".join(filter(None, (type(error.error).__name__, str(error.error)[:300])))
            text = say("The check itself is broken: {error}", error=what)
            return CheckResult(check=check, outcome=Outcome.GRADER_FAULT, points=0.0, message=text)
        self._scenes.append(error.scene)
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

    def _diagnose(self) -> tuple[tuple[Diagnosis, ...], tuple[Text, ...]]:
        start_s = self._now_s()
        results = tuple(self._done.values())
        if self._nothing_ran:  # of the module; answers to questions are there all the same
            results = tuple(each for each in results if each.check.function in self._exercise.questions)
        silent = (Outcome.PASSED, Outcome.NOT_GRADED, Outcome.SKIPPED, Outcome.NOT_ATTEMPTED, Outcome.GRADER_FAULT)
        if not self._options.diagnosis or all(each.outcome in silent for each in results):
            return (), ()
        replays = self._grader._replays
        replays.start([each for each in self._scenes if replayable(self._exercise, each)])
        found = diagnose(self._exercise, results, self._scenes, replays, budget_cpu_s=DIAGNOSIS_CPU_S)
        self._stage("diagnosis", start_s)
        return found.diagnoses, found.notes

    def _write(self, started_at: str, diagnoses: tuple[Diagnosis, ...], notes: tuple[Text, ...]) -> Report:
        hello = self._grader._zygote.hello
        results = tuple(self._done.values())
        tier = Tier(hello.tier)
        if tier is Tier.E:
            notes = (*notes, say("Not isolated: this system cannot hold untrusted code. For practice only."))
        return Report(
            exercise=self._exercise.slug,
            exercise_version=self._exercise.version,
            exercise_title=self._exercise.title,
            parts=self._exercise.parts,
            followups=self._exercise.followups,
            submission_name=self._submission.name,
            submission_sha256=self._submission.sha256,
            verdict=verdict_of((each.outcome for each in results), import_failed=self._import_failed),
            score=round(sum(each.points for each in results), 2),
            max_score=round(sum(each.check.points for each in results if each.outcome not in PENDING), 2),
            checks=results,
            diagnoses=diagnoses,
            timing=tuple(self._timing),
            isolation=Isolation(tier=tier, layers=self._layers or hello.layers, missing=hello.missing),
            environment=self._grader._environment,
            seed=self._grader._seed,
            stages=tuple(self._stages),
            started_at=started_at,
            wall_s=self._now_s(),
            output="".join(self.seat.printed)[:64_000],
            output_truncated=self.seat.printed_truncated,
            notes=notes,
        )

    def _now_s(self) -> float:
        return time.monotonic() - self._start_s

    def _stage(self, name: str, start_s: float) -> None:
        if name:
            self._stages.append(Stage(name=name, start_s=start_s, end_s=self._now_s()))


def _result(check: Check, sat: Sat) -> CheckResult:
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
