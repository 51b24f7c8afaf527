"""What is remembered of gradings, as it is read back: attempts, their checks, the mistakes made in them, and when."""

from __future__ import annotations

import datetime

import msgspec

from grader.model import Confidence, Outcome, Verdict


def local_time(at: str) -> str:
    """A stored time, in local time, to the minute."""
    return datetime.datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def local_day(at: str) -> str:
    """The day of a stored time, where the reader is."""
    return local_time(at)[:10]


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One grading, as it is remembered."""

    id: int
    at: str  # ISO 8601, UTC
    exercise: str
    exercise_version: str
    source_sha256: str
    verdict: Verdict
    score: float
    max_score: float
    whole: bool  # nothing was left out on request
    seed: int
    hints: int
    interview: str | None = None


class CheckRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one check of an attempt."""

    check: str
    part: str
    function: str
    outcome: Outcome
    points: float
    max_points: float
    ratio: float | None = None  # timed checks: CPU time / the reference's


class MistakeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A mistake that was made at least once."""

    exercise: str
    mistake: str
    function: str
    confidence: Confidence
    checks: tuple[str, ...]
    times: int
    first_at: str
    last_at: str
    cured_at: str | None = None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What an attempt changed."""

    attempt: int
    made: tuple[str, ...]  # mistakes that were not there before it
    cured: tuple[str, ...]  # mistakes that are gone with it
    best: bool  # there were attempts, and none scored as much
