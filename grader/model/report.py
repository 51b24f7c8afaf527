"""The report: the frozen record of one grading. Pages, JSON and exports are views of it."""

from __future__ import annotations

import enum

import msgspec

from grader.model.check import Check
from grader.model.exercise import Confidence, FollowUp, MistakeKind, Part
from grader.model.outcome import Outcome, TimingVerdict, Verdict
from grader.model.text import Text


class Tier(enum.StrEnum):
    """How much of the wall this machine can enforce, best first; see `docs/security.md`."""

    A_PLUS = "A+"
    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence: one call on which the submission went wrong. Short, already clipped; not yet escaped."""

    call: str  # how the call reads, with shapes: "scaled_dot_product_attention(q (2, 3, 7, 5), ...)"
    inputs: str = ""  # the input values, where they are small; never shown in the assessment view
    expected: str = ""
    got: str = ""
    predicted: str = ""  # what the named mistake gives on the same input
    where: str = ""  # index of the largest difference


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check, with what became of it."""

    check: Check
    outcome: Outcome
    points: float
    message: Text
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_rss_bytes: int = 0
    example: Example | None = None
    because: str = ""  # skipped: the id of the check or part that it depends on
    traceback: str = ""  # the candidate's own lines only; untrusted text


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one function, with the evidence."""

    function: str
    kind: MistakeKind
    confidence: Confidence
    mistakes: tuple[str, ...]  # ids; empty for a symptom
    title: Text
    explanation: Text
    checks: tuple[str, ...]  # ids of the checks that it explains
    inherited_by: tuple[str, ...] = ()  # functions that are wrong because they call this one
    example: Example | None = None


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """One timed comparison with the reference. Ratios are candidate CPU time / reference CPU time."""

    check: str
    ratio: float
    low: float
    high: float
    budget: float
    verdict: TimingVerdict
    repeats: int
    candidate_cpu_s: float  # median of one call
    reference_cpu_s: float
    ratios: tuple[float, ...] = ()  # one per repetition, in order


class Isolation(msgspec.Struct, frozen=True, kw_only=True):
    tier: Tier
    layers: tuple[str, ...]
    missing: tuple[str, ...] = ()


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    grader: str
    python: str
    platform: str
    cpu: str
    cores: int
    libraries: dict[str, str]


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A span of the grading, in seconds from its start, for the stage timeline."""

    name: str
    start_s: float
    end_s: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One submission, graded."""

    exercise: str
    exercise_version: str
    exercise_title: Text
    parts: tuple[Part, ...]
    followups: tuple[FollowUp, ...]
    submission_name: str  # untrusted text
    submission_sha256: str
    verdict: Verdict
    score: float
    max_score: float
    checks: tuple[CheckResult, ...]
    diagnoses: tuple[Diagnosis, ...]
    timing: tuple[Timing, ...]
    isolation: Isolation
    environment: Environment
    seed: int
    stages: tuple[Stage, ...]
    started_at: str  # ISO 8601, UTC
    wall_s: float
    output: str = ""  # what the submission printed, clipped; untrusted text
    output_truncated: bool = False
    notes: tuple[Text, ...] = ()  # what a reader should know: diagnosis stopped early, not isolated, ...
