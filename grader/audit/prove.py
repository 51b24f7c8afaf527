"""The dynamic half of a proof: everything that an exercise ships is graded, behind the same wall as everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from grader import config
from grader.audit import expectations, files
from grader.audit.result import AuditResult, ExerciseProof, Row
from grader.audit.scaffold import Blank, blanks
from grader.catalog.load import load
from grader.exam.answers import handed_in
from grader.examiner.client import Examiner, GradeOptions
from grader.i18n import say
from grader.model import CheckKind, Exercise, MistakeKind, Outcome, Report, Submission, Text, Verdict

MARGIN = 1.3  # between a budget and the nearest measurement, on either side
AUDIT_SEED = 20_240_229  # the same inputs every time; `make proof` tries others too

# With a reference that answers so, others can be measured against it.
_ANSWERS = (
    Outcome.PASSED,
    Outcome.NOT_GRADED,
    Outcome.OVER_BUDGET,
    Outcome.TOO_NOISY,
    Outcome.NEEDS_PERSON,
)

Tell = Callable[[Text], None]


def audit(
    slugs: Sequence[str],
    *,
    proof: bool = False,
    seed: int = AUDIT_SEED,
    on_progress: Tell = lambda _: None,
    content: config.Content | None = None,
) -> AuditResult:
    """Prove exercises sound.

    Args:
        proof: what is too noisy to say is a problem, not a remark; and the slow checks are proved too.

    Raises:
        GraderError: an exercise cannot even be loaded, or a fault of ours.
    """
    where = content or config.content()
    return AuditResult(proofs=tuple(_Proof(load(slug, where), where, seed, proof, on_progress).run() for slug in slugs))


class _Proof:
    def __init__(self, exercise: Exercise, where: config.Content, seed: int, proof: bool, tell: Tell) -> None:
        self._exercise = exercise
        self._where = where
        self._seed = seed
        self._strict = proof
        self._tell = tell
        self._rows: list[Row] = []
        self._problems: list[Text] = files.problems_of(exercise)
        self._remarks: list[Text] = []
        self._broken_by: dict[str, list[str]] = {}
        self._kind_of: dict[str, CheckKind] = {}
        self._unsaid: set[str] = set()  # checks that some mistake may break, but it was too noisy to say

    def run(self) -> ExerciseProof:
        start_s = time.monotonic()
        exercise = self._exercise
        if left := tuple(_unfilled(each) for each in blanks(exercise)):  # nothing else is worth saying yet
            return ExerciseProof(
                slug=exercise.slug, rows=(), problems=left, remarks=(), checks={}, unique={}, seed=self._seed, wall_s=0
            )
        static = tuple(self._problems)
        cost = [each for each in exercise.mistakes if each.kind is MistakeKind.COST]
        other = [each for each in exercise.mistakes if each.kind is not MistakeKind.COST]
        with self._examiner(timing=False, scale=1.0) as examiner:
            sheet = exercise.answer_sheet.read_bytes() if exercise.questions else None
            self._stub(self._grade(examiner, "stub", (exercise.stub.read_bytes(), sheet)))
            for mistake in other:
                report = self._grade(examiner, mistake.id, handed_in(exercise, mistake.path))
                self._take(expectations.mistake_problems(exercise, mistake, report), mistake.id, mistake.kind, report)
        with self._examiner(timing=True, scale=1 / MARGIN) as examiner:
            reference = self._grade(examiner, "reference", handed_in(exercise, exercise.reference))
            before = len(self._problems)
            self._accepted(reference, "reference")
            if any(each.outcome not in _ANSWERS for each in reference.checks):  # the rest only follows from that
                said = say("Mend the reference, or the check that it fails, first: all else is measured against them.")
                return self._conclude([*static, *self._problems[before:], said], start_s)
            for variant in exercise.accepted:
                self._accepted(self._grade(examiner, variant.id, handed_in(exercise, variant.path)), "accepted")
        if cost:
            with self._examiner(timing=True, scale=MARGIN) as examiner:
                for mistake in cost:
                    report = self._grade(examiner, mistake.id, handed_in(exercise, mistake.path))
                    problems = expectations.cost_problems(exercise, mistake, report)
                    self._take(problems, mistake.id, mistake.kind, report)
        self._every_check_earns_its_place()
        return self._conclude(self._problems, start_s)

    def _conclude(self, problems: Sequence[Text], start_s: float) -> ExerciseProof:
        hidden = sorted(self._broken_by)
        return ExerciseProof(
            slug=self._exercise.slug,
            rows=tuple(self._rows),
            problems=tuple(problems),
            remarks=tuple(self._remarks),
            checks={check: tuple(self._broken_by[check]) for check in hidden},
            unique=self._unique(),
            seed=self._seed,
            wall_s=time.monotonic() - start_s,
        )

    # ---- gradings --------------------------------------------------------------------------------------------------

    def _examiner(self, *, timing: bool, scale: float) -> Examiner:
        options = GradeOptions(seed=self._seed, timing=timing, full=self._strict, budget_scale=scale)
        return Examiner(options=options, content=self._where)

    def _grade(self, examiner: Examiner, name: str, files: tuple[bytes, bytes | None]) -> Report:
        self._tell(Text(en=f"{self._exercise.slug}: {name}", zh=f"{self._exercise.slug}：{name}"))
        source, answers = files
        submission = Submission(exercise=self._exercise.slug, name=name, source=source, answers=answers)
        return next(iter(examiner.grade([submission])))

    def _stub(self, report: Report) -> None:
        problems = []
        if report.verdict is not Verdict.NOT_ATTEMPTED or report.score:
            verdict = report.verdict.value
            text = say("The stub should be not attempted with no points; it is {verdict}.", verdict=verdict)
            problems.append(expectations.Problem(text))
        for result in report.checks:
            # Checks on pretrained models confirm on the real thing what cheaper ones hold the submission to.
            confirms = bool(result.check.requires)
            if result.check.visibility == "hidden" and not confirms and (self._strict or not result.check.full):
                self._broken_by[result.check.id] = []
                self._kind_of[result.check.id] = result.check.kind
        self._take(problems, "stub", "stub", report)

    def _accepted(self, report: Report, kind: str) -> None:
        """Time and memory budgets are scaled down by the margin here: a variant that is over lacks the margin."""
        problems: list[expectations.Problem] = []
        for result in report.checks:
            if result.outcome is Outcome.PASSED or result.outcome is Outcome.NOT_GRADED:
                continue
            what = say(
                "{name}: {check} is {outcome}: {message}",
                name=report.submission_name,
                check=result.check.id,
                outcome=result.outcome.value,
                message=result.message,
            )
            noisy = result.outcome in (Outcome.TOO_NOISY, Outcome.NEEDS_PERSON)
            problems.append(expectations.Problem(what, noisy=noisy))
        self._take(problems, report.submission_name, kind, report)

    def _take(self, problems: Sequence[expectations.Problem], name: str, kind: str, report: Report) -> None:
        hard = [each.text for each in problems if self._strict or not each.noisy]
        self._problems.extend(hard)
        self._remarks.extend(each.text for each in problems if each.text not in hard)
        broken = expectations.broken(report)
        if kind in ("value", "cost", "rule"):
            for check in broken:
                if check in self._broken_by:
                    self._broken_by[check].append(name)
        if kind == "cost":
            noisy = (Outcome.TOO_NOISY, Outcome.NEEDS_PERSON)
            self._unsaid.update(each.check.id for each in report.checks if each.outcome in noisy)
        named = tuple(dict.fromkeys(each for d in report.diagnoses for each in d.mistakes))
        self._rows.append(
            Row(
                id=name,
                kind=str(kind),
                verdict=report.verdict.value,
                score=report.score,
                named=named,
                confidence=", ".join(dict.fromkeys(d.confidence.value for d in report.diagnoses)),
                broken=broken,
                seconds=report.wall_s,
                sound=not hard,
            )
        )

    # ---- checks ----------------------------------------------------------------------------------------------------

    def _every_check_earns_its_place(self) -> None:
        for check, mistakes in self._broken_by.items():
            if not mistakes and (self._strict or check not in self._unsaid):
                self._problems.append(say("The hidden check {check} catches nothing.", check=check))
        if not self._only({CheckKind.VALUE}):
            self._problems.append(say("No mistake is caught by values alone: the value oracle is not needed."))
        if not self._only({CheckKind.PROPERTY, CheckKind.ROBUST}):
            self._problems.append(
                say("No mistake is caught by properties and robust inputs alone: they are not needed.")
            )

    def _kinds(self) -> dict[str, set[CheckKind]]:
        """For each mistake, the kinds of hidden checks that catch it."""
        found: dict[str, set[CheckKind]] = {}
        for check, mistakes in self._broken_by.items():
            for mistake in mistakes:
                found.setdefault(mistake, set()).add(self._kind_of[check])
        return found

    def _only(self, wanted: set[CheckKind]) -> bool:
        return any(kinds <= wanted for kinds in self._kinds().values())

    def _unique(self) -> dict[str, tuple[str, ...]]:
        catchers: dict[str, list[str]] = {}
        for check, mistakes in self._broken_by.items():
            for mistake in mistakes:
                catchers.setdefault(mistake, []).append(check)
        return {
            check: tuple(m for m in mistakes if catchers[m] == [check]) for check, mistakes in self._broken_by.items()
        }


def _unfilled(blank: Blank) -> Text:
    return say("{file}, line {line}: fill in: {what}", file=files.short(blank.file), line=blank.line, what=blank.what)
