"""A made-up cohort in a gradebook: as many people as wanted, with real checks and real mistakes, and no grading.

What people hand in is one of the right solutions with lines of their own in it, so that no two are the same; what
they got is drawn by chance from an ability, so that better people pass more. The same seed gives the same cohort,
names of files apart. Used by the benchmark of the report and by its tests.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from pathlib import Path

from grader.catalog.load import load
from grader.catalog.points import hidden_checks
from grader.gradebook import Entry, Gradebook, Plan
from grader.model import (
    Check,
    CheckKind,
    CheckResult,
    Confidence,
    Diagnosis,
    Environment,
    Example,
    Exercise,
    Isolation,
    Mistake,
    MistakeKind,
    Outcome,
    Report,
    Stage,
    Submission,
    Text,
    Tier,
    Timing,
    TimingVerdict,
    verdict_of,
)

_FAMILY = (
    "Chen",
    "Okafor",
    "Novak",
    "Ruiz",
    "Haddad",
    "Larsen",
    "Kowalski",
    "Tanaka",
    "O’Brien",
    "Silva",
    "Müller",
    "王",
)
_GIVEN = ("Ada", "Ben", "Chloé", "Dora", "Emeka", "Fatima", "Goran", "Hana", "Iván", "Jin", "Kemal", "小明", "Lena")
_START = datetime.datetime(2026, 11, 2, 8, tzinfo=datetime.UTC)
_COPIES = 0.03  # of what is handed in
_LETTERS = "abcdefghijklmnop"
_UNDECIDED = (Outcome.NOT_GRADED, Outcome.TOO_NOISY, Outcome.NEEDS_PERSON, Outcome.GRADER_FAULT)


def fill(book: Gradebook, people: int, slugs: Sequence[str] = ("self_attention",), seed: int = 1) -> None:
    """Put a cohort into an empty gradebook."""
    chance = random.Random(seed)
    exercises = [load(slug) for slug in slugs]
    makers = {each.slug: _Maker(each, chance) for each in exercises}
    entries: list[Entry] = []
    for number in range(people):
        name = f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number // len(_GIVEN) % len(_FAMILY)]}"
        if number >= len(_GIVEN) * len(_FAMILY):
            name += f" {number}"
        for slug in slugs:
            if chance.random() < 0.06:
                continue
            at = _START + datetime.timedelta(hours=chance.betavariate(4, 1.6) * 24 * 9)
            for ordinal in range(1, 1 + chance.choice((1, 1, 1, 2, 3))):
                source = makers[slug].source()
                label = f"{name}/{slug}.{ordinal}.py"
                entries.append(
                    Entry(
                        candidate=name,
                        ordinal=ordinal,
                        submitted_at=at.isoformat(timespec="seconds"),
                        submission=Submission(exercise=slug, name=label, source=source),
                    )
                )
                at += datetime.timedelta(hours=chance.uniform(1, 30))
    batch = book.begin("submissions", 7, "{}")
    book.take_in(entries)
    book.close_intake(batch, [])
    plan = {
        each.slug: Plan(exercise=each.slug, version=each.version, seed=7, environment="", options="")
        for each in exercises
    }
    book.want(plan)
    sources = {attempt.id: attempt for attempt in book.attempts()}
    ability = {each.id: min(1.0, max(0.0, chance.gauss(0.72, 0.22))) for each in book.candidates()}
    for due in book.due():
        attempt = sources[due.attempt_id]
        book.record(due.key, makers[due.exercise].report(ability[attempt.candidate_id], attempt.label, attempt.sha256))
    book.finish(batch)


class _Maker:
    """Sources and reports for one exercise."""

    def __init__(self, exercise: Exercise, chance: random.Random) -> None:
        self._exercise = exercise
        self._chance = chance
        self._checks = (*exercise.visible, *hidden_checks(exercise))
        self._hardness = {each.id: chance.betavariate(1.2, 3) for each in self._checks}
        self._sources = [exercise.reference.read_text(encoding="utf-8")]
        self._sources += [each.path.read_text(encoding="utf-8") for each in exercise.accepted]
        self._handed_in: list[bytes] = []
        popular = list(exercise.mistakes)
        chance.shuffle(popular)
        self._popularity = {each.id: 1 / (1 + place) for place, each in enumerate(popular)}

    def source(self) -> bytes:
        """A solution in words of its own; now and then one that somebody else has too, with other comments."""
        if self._handed_in and self._chance.random() < _COPIES:
            return self._chance.choice(self._handed_in) + f"\n# {self._chance.random()}\n".encode()
        lines: list[str] = []
        for line in self._chance.choice(self._sources).splitlines():
            lines.append(line)
            if line.startswith("    ") and not line.rstrip().endswith(("\\", ",", "(", "[")):
                indent = line[: len(line) - len(line.lstrip())]
                terms = [f"x.{self._chance.choice(_LETTERS)}{self._chance.randrange(30)}" for _ in range(2)]
                lines.append(f"{indent}y = {self._chance.choice('+-~')}{self._chance.choice('+-*/%@').join(terms)}")
        self._handed_in.append("\n".join(lines).encode())
        return self._handed_in[-1]

    def report(self, ability: float, name: str, sha256: str) -> Report:
        """A report as somebody of this ability might get one."""
        chance = self._chance
        mistakes = self._mistakes(ability)
        wrong = {function for each in mistakes for function in each.functions}
        timing: list[Timing] = []
        results = tuple(self._result(check, ability, wrong, timing) for check in self._checks)
        outcomes = [each.outcome for each in results]
        judged = [each for each in results if each.outcome not in _UNDECIDED]
        return Report(
            exercise=self._exercise.slug,
            exercise_version=self._exercise.version,
            exercise_title=self._exercise.title,
            parts=self._exercise.parts,
            followups=self._exercise.followups,
            submission_name=name,
            submission_sha256=sha256,
            verdict=verdict_of(outcomes),
            score=sum(each.points for each in judged),
            max_score=sum(each.check.points for each in judged),
            checks=results,
            diagnoses=tuple(self._diagnosis(each, results) for each in mistakes),
            timing=tuple(timing),
            isolation=Isolation(tier=Tier.A, layers=("user namespace", "private root", "landlock", "seccomp")),
            environment=Environment(
                grader="0.2.0", python="3.11.2", platform="Linux", cpu="A CPU", cores=2, libraries={"torch": "2.13.0"}
            ),
            seed=7,
            stages=(Stage(name="import", start_s=0.0, end_s=0.03), Stage(name="diagnosis", start_s=0.03, end_s=0.4)),
            started_at=(_START + datetime.timedelta(days=10, seconds=chance.randrange(3600))).isoformat(),
            wall_s=0.4,
        )

    def _mistakes(self, ability: float) -> list[Mistake]:
        many = sum(self._chance.random() > ability for _ in range(3))
        known = [each for each in self._exercise.mistakes if each.kind is not MistakeKind.COST]
        weights = [self._popularity[each.id] for each in known]
        found: dict[str, Mistake] = {}
        for each in self._chance.choices(known, weights, k=many):
            found.setdefault(each.functions[0], each)
        return list(found.values())

    def _result(self, check: Check, ability: float, wrong: set[str], timing: list[Timing]) -> CheckResult:
        chance = self._chance
        outcome = Outcome.PASSED
        if check.kind in (CheckKind.TIME, CheckKind.MEMORY) and check.function in wrong:
            outcome = Outcome.SKIPPED
        elif check.function in wrong:
            outcome = chance.choice((Outcome.FAILED, Outcome.FAILED, Outcome.FAILED, Outcome.ERRORED, Outcome.PASSED))
        elif chance.random() > 0.6 * ability + 0.6 - self._hardness[check.id]:
            outcome = Outcome.FAILED
        if check.kind is CheckKind.TIME and outcome in (Outcome.PASSED, Outcome.FAILED):
            outcome = self._timed(check, timing)
        elif chance.random() < 0.002:
            outcome = Outcome.GRADER_FAULT
        message = Text("", "") if outcome is Outcome.PASSED else Text("The values differ.", "数值不符。")
        return CheckResult(
            check=check,
            outcome=outcome,
            points=check.points if outcome is Outcome.PASSED else 0.0,
            message=message,
            cpu_s=chance.uniform(0.001, 0.02),
            wall_s=0.02,
        )

    def _timed(self, check: Check, timing: list[Timing]) -> Outcome:
        chance = self._chance
        budget = check.budget or 3.0
        ratio = chance.lognormvariate(0.1, 0.35) if chance.random() < 0.85 else budget * chance.uniform(1.2, 4)
        noisy = chance.random() < 0.03
        verdict = TimingVerdict.OVER if ratio > budget else TimingVerdict.WITHIN
        if noisy:
            verdict = TimingVerdict.NEEDS_PERSON
        timing.append(
            Timing(
                check=check.id,
                ratio=ratio,
                low=ratio * 0.95,
                high=ratio * 1.05,
                budget=budget,
                verdict=verdict,
                repeats=12,
                candidate_cpu_s=0.01 * ratio,
                reference_cpu_s=0.01,
                ratios=tuple(ratio * chance.uniform(0.93, 1.07) for _ in range(12)),
            )
        )
        return {
            TimingVerdict.OVER: Outcome.OVER_BUDGET,
            TimingVerdict.WITHIN: Outcome.PASSED,
            TimingVerdict.NEEDS_PERSON: Outcome.NEEDS_PERSON,
        }[verdict]

    def _diagnosis(self, mistake: Mistake, results: Sequence[CheckResult]) -> Diagnosis:
        checks = [each.check.id for each in results if each.check.function in mistake.functions and not each.points]
        several = self._chance.random() < 0.12
        symptom = not several and self._chance.random() < 0.1
        ids = () if symptom else (mistake.id, *mistake.equals[:1])
        return Diagnosis(
            function=mistake.functions[0],
            kind=mistake.kind,
            confidence=Confidence.SEVERAL if several else Confidence.SYMPTOM if symptom else Confidence.EXACT,
            mistakes=ids,
            title=Text("Not known", "未知") if symptom else mistake.title,
            explanation=mistake.explanation,
            checks=tuple(checks),
            example=Example(
                call=f"{mistake.functions[0]}(x (2, 3))",
                inputs="x = [[0.1, 0.2, 0.3], [1.0, 1.1, 1.2]]",
                expected="[[0.2, 0.4], [0.1, 0.9]]",
                got="[[0.3, 0.3], [0.5, 0.5]]",
                predicted="[[0.3, 0.3], [0.5, 0.5]]",
            ),
        )


def gradebook(file: Path, people: int, slugs: Sequence[str] = ("self_attention",), seed: int = 1) -> Path:
    """A gradebook file with a cohort in it, in a folder that is made where it is not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with Gradebook.open(file, create=True) as book:
        fill(book, people, slugs, seed)
    return file
