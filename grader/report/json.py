"""The JSON document that scripts read, and the schema that says what stands in it.

The types below are the document: the published schema is made from them, so the two cannot drift apart. Verdicts,
outcomes, confidences and timing verdicts are closed lists. Measured numbers may be null, for JSON knows no NaN.
Strings are cleaned as for people, because documents end up in terminals and logs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import msgspec

from grader.model import (
    CheckResult,
    Confidence,
    Diagnosis,
    Example,
    Language,
    MistakeKind,
    Outcome,
    Report,
    Tier,
    Timing,
    TimingVerdict,
    Verdict,
)
from grader.model.check import CheckKind, Visibility
from grader.report.redact import View, for_view
from grader.report.sanitize import clean, clean_line

SCHEMA_VERSION: Final = 1

Count = Annotated[int, msgspec.Meta(ge=0)]
Amount = Annotated[float, msgspec.Meta(ge=0)]
Measured = Amount | None


class ExampleDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One call on which the submission went wrong; empty strings stand for what is not known or not shown."""

    call: str
    inputs: str
    expected: str
    got: str
    predicted: str
    where: str


class CheckDocument(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    part: str
    function: str
    kind: CheckKind
    visibility: Visibility
    points: Amount
    max_points: Amount
    outcome: Outcome
    message: str
    because: str
    traceback: str
    cpu_s: Measured
    wall_s: Measured
    peak_rss_bytes: Count
    example: ExampleDocument | None


class DiagnosisDocument(msgspec.Struct, frozen=True, kw_only=True):
    function: str
    mistakes: tuple[str, ...]
    kind: MistakeKind
    title: str
    explanation: str
    confidence: Confidence
    checks: tuple[str, ...]
    inherited_by: tuple[str, ...]
    example: ExampleDocument | None


class TimingDocument(msgspec.Struct, frozen=True, kw_only=True):
    check: str
    ratio: Measured
    low: Measured
    high: Measured
    budget: Measured
    verdict: TimingVerdict
    repeats: Count
    candidate_cpu_s: Measured
    reference_cpu_s: Measured


class IsolationDocument(msgspec.Struct, frozen=True, kw_only=True):
    tier: Tier
    layers: tuple[str, ...]
    missing: tuple[str, ...]


class EnvironmentDocument(msgspec.Struct, frozen=True, kw_only=True):
    grader: str
    python: str
    platform: str
    cpu: str
    cores: Count
    libraries: dict[str, str]


class StageDocument(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    start_s: Measured
    end_s: Measured


class ResultDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One graded submission."""

    exercise: str
    exercise_version: str
    submission: str
    submission_sha256: str
    verdict: Verdict
    score: Amount
    max_score: Amount
    checks: tuple[CheckDocument, ...]
    diagnoses: tuple[DiagnosisDocument, ...]
    timing: tuple[TimingDocument, ...]
    isolation: IsolationDocument
    environment: EnvironmentDocument
    seed: int | None  # null in the assessment view
    started_at: str
    wall_s: Measured
    stages: tuple[StageDocument, ...]
    output: str
    output_truncated: bool
    notes: tuple[str, ...]


class ReportDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `grader run --json` writes."""

    schema_version: Literal[1]
    language: Language
    view: View
    results: tuple[ResultDocument, ...]


def report_document(reports: Sequence[Report], language: Language, view: View = "practice") -> bytes:
    """Write reports as one JSON document, UTF-8, indented, with a newline at the end.

    Args:
        reports: in the order given.
        language: of titles, messages and explanations.
        view: `assessment` holds nothing that hidden checks saw, and no seed.
    """
    document = ReportDocument(
        schema_version=SCHEMA_VERSION,
        language=language,
        view=view,
        results=tuple(_result(for_view(report, view), language, view) for report in reports),
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def report_schema() -> bytes:
    """The JSON Schema of the document, as published in `docs/report.schema.json`."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of `grader run --json`",
        **msgspec.json.schema(ReportDocument),
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def _result(report: Report, language: Language, view: View) -> ResultDocument:
    isolation, environment = report.isolation, report.environment
    return ResultDocument(
        exercise=clean_line(report.exercise),
        exercise_version=clean_line(report.exercise_version),
        submission=clean_line(report.submission_name),
        submission_sha256=clean_line(report.submission_sha256),
        verdict=report.verdict,
        score=report.score,
        max_score=report.max_score,
        checks=tuple(_check(each, language) for each in report.checks),
        diagnoses=tuple(_diagnosis(each, language) for each in report.diagnoses),
        timing=tuple(_timing(each) for each in report.timing),
        isolation=IsolationDocument(
            tier=isolation.tier, layers=_lines(isolation.layers), missing=_lines(isolation.missing)
        ),
        environment=EnvironmentDocument(**msgspec.structs.asdict(environment)),
        seed=report.seed if view == "practice" else None,
        started_at=report.started_at,
        wall_s=_measured(report.wall_s),
        stages=tuple(
            StageDocument(name=clean_line(each.name), start_s=_measured(each.start_s), end_s=_measured(each.end_s))
            for each in report.stages
        ),
        output=clean(report.output),
        output_truncated=report.output_truncated,
        notes=tuple(clean(note.in_language(language)) for note in report.notes),
    )


def _check(result: CheckResult, language: Language) -> CheckDocument:
    check = result.check
    return CheckDocument(
        id=clean_line(check.id),
        title=clean(check.title.in_language(language)),
        part=clean_line(check.part),
        function=clean_line(check.function),
        kind=check.kind,
        visibility=check.visibility,
        points=result.points,
        max_points=check.points,
        outcome=result.outcome,
        message=clean(result.message.in_language(language)),
        because=clean_line(result.because),
        traceback=clean(result.traceback),
        cpu_s=_measured(result.cpu_s),
        wall_s=_measured(result.wall_s),
        peak_rss_bytes=max(result.peak_rss_bytes, 0),
        example=_example(result.example),
    )


def _diagnosis(diagnosis: Diagnosis, language: Language) -> DiagnosisDocument:
    return DiagnosisDocument(
        function=clean_line(diagnosis.function),
        mistakes=_lines(diagnosis.mistakes),
        kind=diagnosis.kind,
        title=clean(diagnosis.title.in_language(language)),
        explanation=clean(diagnosis.explanation.in_language(language)),
        confidence=diagnosis.confidence,
        checks=_lines(diagnosis.checks),
        inherited_by=_lines(diagnosis.inherited_by),
        example=_example(diagnosis.example),
    )


def _example(example: Example | None) -> ExampleDocument | None:
    if example is None:
        return None
    return ExampleDocument(**{name: clean(value) for name, value in msgspec.structs.asdict(example).items()})


def _timing(timing: Timing) -> TimingDocument:
    return TimingDocument(
        check=clean_line(timing.check),
        ratio=_measured(timing.ratio),
        low=_measured(timing.low),
        high=_measured(timing.high),
        budget=_measured(timing.budget),
        verdict=timing.verdict,
        repeats=timing.repeats,
        candidate_cpu_s=_measured(timing.candidate_cpu_s),
        reference_cpu_s=_measured(timing.reference_cpu_s),
    )


def _lines(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean_line(name) for name in names)


def _measured(value: float) -> float | None:
    return max(value, 0.0) if math.isfinite(value) else None
