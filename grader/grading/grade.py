"""Grade one submission: look at its source, run its checks, name its mistakes, write the report."""

from __future__ import annotations

import datetime

from grader.diagnosis import diagnose, replayable
from grader.exam.answers import handed_in
from grader.exam.memo import ReferenceSeat
from grader.exam.program import Program
from grader.exam.room import Room
from grader.exam.seat import Seat
from grader.exam.supply import Supply
from grader.grading.course import Course, Tell
from grader.grading.options import GradeOptions
from grader.grading.proctor import Proctor
from grader.grading.replay import Replays
from grader.i18n import say
from grader.model import (
    PENDING,
    CheckResult,
    Diagnosis,
    Environment,
    Exercise,
    Isolation,
    Outcome,
    Report,
    Submission,
    Text,
    Tier,
    verdict_of,
)
from grader.sandbox import Zygote

DIAGNOSIS_CPU_S = 10.0

_SILENT = (Outcome.PASSED, Outcome.NOT_GRADED, Outcome.SKIPPED, Outcome.NOT_ATTEMPTED, Outcome.GRADER_FAULT)


class Grader:
    """Grades submissions of one exercise, one after the other, with one seed."""

    def __init__(
        self, exercise: Exercise, room: Room, zygote: Zygote, supply: Supply, seed: int, environment: Environment
    ) -> None:
        self._exercise = exercise
        self._zygote = zygote
        self._seed = seed
        self._environment = environment
        self._supply = supply
        reference = Program(exercise, *handed_in(exercise, exercise.reference))
        self._reference = ReferenceSeat(Seat(reference, self._supply))
        self._proctor = Proctor(exercise, room, self._supply, self._reference, seed)
        self._replays = Replays(exercise, self._supply)

    def grade(self, submission: Submission, options: GradeOptions, tell: Tell = lambda *_: None) -> Report:
        """Grade a submission.

        Args:
            tell: told (checks done, checks in all, stage) as it goes on.

        Raises:
            GraderError: a fault of ours that leaves no report.
        """
        started_at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        seat = Seat(Program(self._exercise, submission.source, submission.answers), self._supply)
        course = Course(self._proctor, seat, options, tell)
        try:
            results = course.run()
            tell(len(results), len(results), "diagnosis")
            diagnoses, notes = self._diagnose(course, results) if options.diagnosis else ((), ())
        finally:
            seat.leave()
            self._replays.finish()
            self._supply.prepare()
        return self._report(submission, started_at, course, results, diagnoses, notes)

    @property
    def seed(self) -> int:
        return self._seed

    def close(self) -> None:
        self._reference.seat.leave()
        self._supply.close()

    def _diagnose(
        self, course: Course, results: tuple[CheckResult, ...]
    ) -> tuple[tuple[Diagnosis, ...], tuple[Text, ...]]:
        start_s = course.now_s()
        if course.nothing_ran:  # of the module; answers to questions are there all the same
            results = tuple(each for each in results if each.check.function in self._exercise.questions)
        if all(each.outcome in _SILENT for each in results):
            return (), ()
        self._replays.start([each for each in course.scenes if replayable(self._exercise, each)])
        found = diagnose(self._exercise, results, course.scenes, self._replays, budget_cpu_s=DIAGNOSIS_CPU_S)
        course.note_stage("diagnosis", start_s)
        return found.diagnoses, found.notes

    def _report(
        self,
        submission: Submission,
        started_at: str,
        course: Course,
        results: tuple[CheckResult, ...],
        diagnoses: tuple[Diagnosis, ...],
        notes: tuple[Text, ...],
    ) -> Report:
        hello = self._zygote.hello
        tier = Tier(hello.tier)
        if tier is Tier.E:
            notes = (*notes, say("Not isolated: this system cannot hold untrusted code. For practice only."))
        return Report(
            exercise=self._exercise.slug,
            exercise_version=self._exercise.version,
            exercise_title=self._exercise.title,
            parts=self._exercise.parts,
            followups=self._exercise.followups,
            submission_name=submission.name,
            submission_sha256=submission.sha256,
            verdict=verdict_of((each.outcome for each in results), import_failed=course.import_failed),
            score=round(sum(each.points for each in results), 2),
            max_score=round(sum(each.check.points for each in results if each.outcome not in PENDING), 2),
            checks=results,
            diagnoses=diagnoses,
            timing=tuple(course.timing),
            isolation=Isolation(tier=tier, layers=course.layers or hello.layers, missing=hello.missing),
            environment=self._environment,
            seed=self._seed,
            stages=tuple(course.stages),
            started_at=started_at,
            wall_s=course.now_s(),
            output="".join(course.seat.printed)[:64_000],
            output_truncated=course.seat.printed_truncated,
            notes=notes,
        )
