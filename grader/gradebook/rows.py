"""What a gradebook holds, as plain frozen records. They know neither SQL nor files."""

from __future__ import annotations

import enum

import msgspec

from grader.model import CheckKind, Confidence, MistakeKind, Outcome, Submission, Text, TimingVerdict, Verdict
from grader.model.check import Visibility


class State(enum.StrEnum):
    """How far an attempt has come."""

    WAITING = "waiting"  # taken in, not graded yet
    GRADED = "graded"  # there is a report (perhaps of an earlier exercise version: see `Attempt.due`)
    FAULT = "fault"  # could not be graded, by our fault; `Attempt.problem` says why


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A person. `name` is untrusted text; `opaque` is drawn at random and safe in file names and pages."""

    id: int
    opaque: str
    name: str


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One submission of one candidate for one exercise, with the head of its report."""

    id: int
    candidate_id: int
    candidate: str  # the name; untrusted text
    opaque: str
    exercise: str
    number: int  # from 1, per candidate and exercise
    label: str  # where it lay in the folder; untrusted text
    submitted_at: str  # ISO 8601, UTC: the file's time
    sha256: str
    state: State
    due: bool  # the last batch wanted it graded (anew), and has not come to it
    problem: Text | None
    exercise_version: str
    verdict: Verdict | None  # of the report; None where there is none
    final_verdict: Verdict | None  # with what persons decided
    score: float  # as graded
    max_score: float
    final_score: float  # with what persons decided
    final_max_score: float
    seed: int
    tier: str
    graded_at: str
    wall_s: float


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one check. `points` are as graded; `override` is what a person decided instead.

    A decision stands when the submission is graded again, so `override` may be more than the check has by now; what
    counts of it never is.
    """

    attempt_id: int
    check: str
    part: str
    function: str
    kind: CheckKind
    visibility: Visibility
    outcome: Outcome
    points: float
    max_points: float
    cpu_s: float
    wall_s: float
    peak_rss_bytes: int
    override: float | None

    @property
    def final_points(self) -> float:
        return self.points if self.override is None else min(self.override, self.max_points)

    @property
    def final_outcome(self) -> Outcome:
        if self.override is None:
            return self.outcome
        return Outcome.PASSED if self.override >= self.max_points else Outcome.FAILED


class DiagnosisRow(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake that one diagnosis names; `mistake` is empty for a symptom."""

    attempt_id: int
    function: str
    kind: MistakeKind
    confidence: Confidence
    mistake: str


class TimingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One timed comparison. Numbers that were not finite are None."""

    attempt_id: int
    check: str
    ratio: float | None
    low: float | None
    high: float | None
    budget: float | None
    verdict: TimingVerdict
    repeats: int
    candidate_cpu_s: float | None
    reference_cpu_s: float | None


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """A person's decision on one check of one attempt. Of several, the latest counts; all are kept."""

    id: int
    attempt_id: int
    check: str
    points: float
    who: str
    at: str  # ISO 8601, UTC
    why: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the folder that could not be taken in, with its sentence."""

    label: str  # untrusted text
    candidate: str  # the name, or empty where it is not known
    text: Text


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A submission as it is taken in. `submission.name` is its label."""

    candidate: str
    ordinal: int  # the number that its name carries; 1 where it carries none
    submitted_at: str
    submission: Submission


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The content key that an attempt of an exercise would have: what it is graded with, the submission apart."""

    exercise: str
    version: str
    seed: int
    environment: str
    options: str


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One `grader grade`."""

    id: int
    folder: str
    seed: int
    options: str  # JSON of the grading options
    taken_in: bool  # the folder was read to its end
    started_at: str
    finished_at: str | None
