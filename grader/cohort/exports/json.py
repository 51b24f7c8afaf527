"""A roll as one JSON document, and the schema that says what stands in it.

As `grader.report.json`: the types are the document, the published schema is made from them.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from grader.cohort.exports.csv import rounded
from grader.cohort.roll import Person, Result, Roll
from grader.cohort.summary import needing
from grader.model import CheckKind, Confidence, MistakeKind, Outcome, TimingVerdict, Verdict
from grader.model.check import Visibility
from grader.report.sanitize import clean, clean_line

SCHEMA_VERSION: Final = 1

Count = Annotated[int, msgspec.Meta(ge=0)]
Amount = Annotated[float, msgspec.Meta(ge=0)]


class CheckDocument(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    part: str
    function: str
    kind: CheckKind
    visibility: Visibility
    outcome: Outcome
    points: float  # as graded
    override: float | None  # what a person decided instead
    max_points: Amount


class MistakeDocument(msgspec.Struct, frozen=True, kw_only=True):
    id: str  # empty: no known mistake explains it
    function: str
    kind: MistakeKind
    confidence: Confidence


class TimingDocument(msgspec.Struct, frozen=True, kw_only=True):
    check: str
    ratio: Amount | None
    low: Amount | None
    high: Amount | None
    budget: Amount | None
    verdict: TimingVerdict


class DecisionDocument(msgspec.Struct, frozen=True, kw_only=True):
    check: str
    points: float
    who: str
    at: str
    why: str


class ResultDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What counts of one candidate for one exercise."""

    exercise: str
    exercise_version: str
    attempt: Count
    attempts: Count
    submitted_at: str
    sha256: str
    verdict: Verdict | None  # with what persons decided
    score: float
    max_score: Amount
    late_s: Amount
    kept: Amount
    credit_percent: Amount | None
    isolation: str
    checks: tuple[CheckDocument, ...]
    mistakes: tuple[MistakeDocument, ...]
    timing: tuple[TimingDocument, ...]
    decisions: tuple[DecisionDocument, ...]


class CandidateDocument(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    id: str
    total_percent: Amount | None
    waits_for_person: bool
    results: tuple[ResultDocument, ...]


class CohortDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `grader export --to json` writes."""

    schema_version: Literal[1]
    title: str
    anonymous: bool
    counts: Literal["best", "latest"]
    weights: dict[str, Amount]
    candidates: tuple[CandidateDocument, ...]


def json_document(roll: Roll) -> bytes:
    """The document, UTF-8, indented, with a newline at the end."""
    document = CohortDocument(
        schema_version=SCHEMA_VERSION,
        title=clean_line(roll.rules.title),
        anonymous=roll.anonymous,
        counts=roll.rules.count,
        weights={subject.slug: roll.rules.of(subject.slug).weight for subject in roll.subjects},
        candidates=tuple(_candidate(person) for person in roll.people),
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def cohort_schema() -> bytes:
    """The JSON Schema of the document, as published in `docs/cohort.schema.json`."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Cohort of `grader export --to json`",
        **msgspec.json.schema(CohortDocument),
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def _candidate(person: Person) -> CandidateDocument:
    return CandidateDocument(
        name=clean_line(person.name),
        id=person.opaque,
        total_percent=rounded(person.total),
        waits_for_person=needing(person),
        results=tuple(_result(result) for result in person.results.values()),
    )


def _result(result: Result) -> ResultDocument:
    attempt = result.attempt
    return ResultDocument(
        exercise=clean_line(attempt.exercise),
        exercise_version=attempt.exercise_version,
        attempt=attempt.number,
        attempts=result.attempts,
        submitted_at=attempt.submitted_at,
        sha256=attempt.sha256,
        verdict=attempt.final_verdict,
        score=attempt.final_score,
        max_score=attempt.final_max_score,
        late_s=result.late_s,
        kept=result.kept,
        credit_percent=rounded(result.credit),
        isolation=attempt.tier,
        checks=tuple(
            CheckDocument(
                id=clean_line(each.check),
                part=clean_line(each.part),
                function=clean_line(each.function),
                kind=each.kind,
                visibility=each.visibility,
                outcome=each.outcome,
                points=each.points,
                override=each.override,
                max_points=each.max_points,
            )
            for each in result.checks
        ),
        mistakes=tuple(
            MistakeDocument(
                id=clean_line(each.mistake),
                function=clean_line(each.function),
                kind=each.kind,
                confidence=each.confidence,
            )
            for each in result.mistakes
        ),
        timing=tuple(
            TimingDocument(
                check=clean_line(each.check),
                ratio=each.ratio,
                low=each.low,
                high=each.high,
                budget=each.budget,
                verdict=each.verdict,
            )
            for each in result.timings
        ),
        decisions=tuple(
            DecisionDocument(
                check=clean_line(each.check),
                points=each.points,
                who=clean_line(each.who),
                at=each.at,
                why=clean(each.why),
            )
            for each in result.overrides
        ),
    )
