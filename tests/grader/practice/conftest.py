"""Reports made up by a test, a history in a folder of its own, and a clock that goes where the test says."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.model import (
    Check,
    CheckKind,
    CheckResult,
    Confidence,
    Diagnosis,
    Environment,
    Isolation,
    MistakeKind,
    Outcome,
    Part,
    Report,
    Text,
    Tier,
    Timing,
    TimingVerdict,
    Verdict,
)
from grader.practice.history import History

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += datetime.timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def history(tmp_path: Path, clock: Clock) -> Iterator[History]:
    with History(tmp_path / "data" / "history.sqlite3", clock) as made:
        yield made


def result_of(name: str, outcome: Outcome, *, part: str = "one", message: str = "") -> CheckResult:
    check = Check(
        id=name,
        title=Text(en=f"Title of {name}", zh=f"{name} 的标题"),
        part=part,
        function=f"f_{part}",
        points=10,
        visibility="hidden",
        kind=CheckKind.VALUE,
    )
    points = 10.0 if outcome is PASSED else 0.0
    return CheckResult(check=check, outcome=outcome, points=points, message=Text(en=message, zh=message))


def diagnosis_of(mistake: str, *checks: str, confidence: Confidence = Confidence.EXACT) -> Diagnosis:
    return Diagnosis(
        function="f_one",
        kind=MistakeKind.VALUE,
        confidence=confidence,
        mistakes=(mistake,),
        title=Text(en=f"Name of {mistake}", zh=f"{mistake} 的名字"),
        explanation=Text(en="Why.", zh="原因。"),
        checks=checks,
    )


@pytest.fixture
def report_of() -> Callable[..., Report]:
    """A report from outcomes by check, with the mistakes that it names and the ratios that were measured."""

    def make(
        outcomes: dict[str, Outcome],
        *diagnoses: Diagnosis,
        exercise: str = "adder",
        verdict: Verdict = Verdict.WRONG_ANSWER,
        ratios: dict[str, float] | None = None,
        parts: dict[str, str] | None = None,
    ) -> Report:
        results = tuple(
            result_of(name, outcome, part=(parts or {}).get(name, "one")) for name, outcome in outcomes.items()
        )
        return Report(
            exercise=exercise,
            exercise_version="v",
            exercise_title=Text(en="Adder", zh="加法"),
            parts=(Part(id="one", title=Text(en="One", zh="一")), Part(id="two", title=Text(en="Two", zh="二"))),
            followups=(),
            submission_name="adder.py",
            submission_sha256="0" * 64,
            verdict=verdict,
            score=sum(each.points for each in results),
            max_score=10.0 * len(results),
            checks=results,
            diagnoses=diagnoses,
            timing=tuple(
                Timing(
                    check=name,
                    ratio=ratio,
                    low=ratio,
                    high=ratio,
                    budget=2.0,
                    verdict=TimingVerdict.WITHIN,
                    repeats=3,
                    candidate_cpu_s=0.1,
                    reference_cpu_s=0.1,
                )
                for name, ratio in (ratios or {}).items()
            ),
            isolation=Isolation(tier=Tier.A, layers=()),
            environment=Environment(grader="0", python="3", platform="p", cpu="c", cores=1, libraries={}),
            seed=7,
            stages=(),
            started_at="2026-03-01T12:00:00+00:00",
            wall_s=0.1,
        )

    return make


@pytest.fixture
def mistake() -> Callable[..., Diagnosis]:
    """A diagnosis that names one mistake and the checks that it explains."""
    return diagnosis_of
