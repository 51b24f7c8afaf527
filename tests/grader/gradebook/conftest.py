"""Gradebooks with submissions and reports made up by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.gradebook import Entry, Gradebook, Plan
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
    Report,
    Submission,
    Text,
    Tier,
    Timing,
    TimingVerdict,
    verdict_of,
)

SAID = Text("said", "说")


def entry_of(candidate: str, source: str = "x = 1\n", *, label: str = "", ordinal: int = 1, at: str = "2026") -> Entry:
    name = label or f"{candidate}/sums.py"
    submission = Submission(exercise="sums", name=name, source=source.encode())
    return Entry(candidate=candidate, ordinal=ordinal, submitted_at=at, submission=submission)


def report_of(*outcomes: Outcome, diagnoses: tuple[tuple[str, ...], ...] = (), ratio: float | None = None) -> Report:
    """A report with one check of ten points for each outcome."""
    results = []
    for number, outcome in enumerate(outcomes):
        check = Check(
            id=f"c{number}",
            title=SAID,
            part="p",
            function="add",
            points=10,
            visibility="hidden",
            kind=CheckKind.VALUE,
        )
        points = 10.0 if outcome is Outcome.PASSED else 0.0
        results.append(CheckResult(check=check, outcome=outcome, points=points, message=SAID))
    timing = ()
    if ratio is not None:
        timing = (
            Timing(
                check="c0",
                ratio=ratio,
                low=ratio,
                high=float("inf"),
                budget=2.0,
                verdict=TimingVerdict.WITHIN,
                repeats=5,
                candidate_cpu_s=1e-3,
                reference_cpu_s=1e-3,
            ),
        )
    return Report(
        exercise="sums",
        exercise_version="v1",
        exercise_title=SAID,
        parts=(),
        followups=(),
        submission_name="another name",
        submission_sha256="0" * 64,
        verdict=verdict_of(outcomes),
        score=10.0 * outcomes.count(Outcome.PASSED),
        max_score=10.0 * sum(each not in (Outcome.NEEDS_PERSON, Outcome.NOT_GRADED) for each in outcomes),
        checks=tuple(results),
        diagnoses=tuple(
            Diagnosis(
                function="add",
                kind=MistakeKind.VALUE,
                confidence=Confidence.EXACT if mistakes else Confidence.SYMPTOM,
                mistakes=mistakes,
                title=SAID,
                explanation=SAID,
                checks=("c0",),
            )
            for mistakes in diagnoses
        ),
        timing=timing,
        isolation=Isolation(tier=Tier.A, layers=()),
        environment=Environment(grader="0", python="3", platform="", cpu="", cores=1, libraries={}),
        seed=7,
        stages=(),
        started_at="2026-01-01T00:00:00+00:00",
        wall_s=0.1,
    )


@pytest.fixture
def entry() -> Callable[..., Entry]:
    return entry_of


@pytest.fixture
def report() -> Callable[..., Report]:
    return report_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gradebook.sqlite"


@pytest.fixture
def book(file: Path) -> Iterator[Gradebook]:
    """An empty gradebook."""
    with Gradebook.open(file, create=True) as opened:
        yield opened


@pytest.fixture
def plan() -> Callable[..., dict[str, Plan]]:
    """What submissions of `sums` are graded with."""

    def make(version: str = "v1", seed: int = 7) -> dict[str, Plan]:
        return {"sums": Plan(exercise="sums", version=version, seed=seed, environment="here", options="{}")}

    return make


@pytest.fixture
def graded(book: Gradebook, plan: Callable[..., dict[str, Plan]]) -> Callable[..., Gradebook]:
    """Take entries in and record reports, in the order in which they are due."""

    def run(entries: list[Entry], reports: list[Report], plans: dict[str, Plan] | None = None) -> Gradebook:
        book.take_in(entries)
        book.want(plans or plan())
        for due, each in zip(book.due(), reports, strict=True):
            book.record(due.key, each)
        return book

    return run
