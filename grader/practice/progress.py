"""How far somebody has come: per exercise and part, from the history. Nothing is graded here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import msgspec

from grader.catalog.points import hidden_checks, points_of
from grader.model import PENDING, Exercise, Text, Verdict
from grader.practice.history import History
from grader.practice.records import MistakeRecord


class PartStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How a part stood in the latest attempt that graded it."""

    id: str
    title: Text
    points: float
    max_points: float
    hints: int
    hint_levels: int

    @property
    def done(self) -> bool:
        return self.max_points > 0 and self.points >= self.max_points


class ExerciseStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody stands with an exercise."""

    slug: str
    title: Text
    attempts: int
    best_score: float | None
    total: float
    best_ratio: float | None  # the slowest of the timed checks, each at its best; None: nothing timed has passed
    accepted: bool  # in some attempt
    last_at: str | None
    parts: tuple[PartStanding, ...]
    mistakes_open: int
    mistakes_cured: int
    solution_seen: bool


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody stands."""

    exercises: tuple[ExerciseStanding, ...]
    mistakes: tuple[MistakeRecord, ...]
    streak_days: int
    active_today: bool


def standing(history: History, exercises: Sequence[Exercise]) -> Standing:
    """Sum the history up."""
    days = history.days()
    today = history.today()
    return Standing(
        exercises=tuple(_of_exercise(history, each) for each in exercises),
        mistakes=history.mistakes(),
        streak_days=streak(days, today),
        active_today=today in days,
    )


def streak(days: Sequence[datetime.date], today: datetime.date) -> int:
    """Days in a row, up to today or yesterday: a day that is not over breaks nothing, nor does a clock set back."""
    known = set(days)
    latest = max((day for day in known if day <= today), default=None)
    if latest is None or (today - latest).days > 1:
        return 0
    count = 0
    while latest - datetime.timedelta(days=count) in known:
        count += 1
    return count


def _of_exercise(history: History, exercise: Exercise) -> ExerciseStanding:
    attempts = history.attempts(exercise.slug)
    mistakes = history.mistakes(exercise.slug)
    points = points_of(exercise)
    # An exercise changes with time: what an earlier version had, and this one has not, counts nothing.
    part_of = {check.id: check.part for check in (*exercise.visible, *hidden_checks(exercise))}
    ratios = {check: ratio for check, ratio in history.best_ratios(exercise.slug).items() if check in part_of}
    latest = _latest_by_part(history, exercise.slug, part_of)
    parts = tuple(
        PartStanding(
            id=part.id,
            title=part.title,
            points=latest.get(part.id, 0.0),
            max_points=points.by_part[part.id],
            hints=history.hint_level(exercise.slug, part.id),
            hint_levels=len(part.hints),
        )
        for part in exercise.parts
    )
    return ExerciseStanding(
        slug=exercise.slug,
        title=exercise.title,
        attempts=len(attempts),
        best_score=history.best_score(exercise.slug),
        total=points.total,
        best_ratio=max(ratios.values(), default=None),
        accepted=any(each.verdict is Verdict.ACCEPTED and each.whole for each in attempts),
        last_at=attempts[0].at if attempts else None,
        parts=parts,
        mistakes_open=sum(each.cured_at is None for each in mistakes),
        mistakes_cured=sum(each.cured_at is not None for each in mistakes),
        solution_seen=history.solution_seen(exercise.slug),
    )


def _latest_by_part(history: History, slug: str, part_of: Mapping[str, str]) -> dict[str, float]:
    """Points of each part: of every check, those of the last attempt that judged it."""
    places = ", ".join("?" * len(PENDING))
    rows = history.rows(
        "SELECT check_id, points, max(attempt) FROM check_results JOIN attempts ON attempts.id = attempt"
        f" WHERE exercise = ? AND outcome NOT IN ({places}) GROUP BY check_id",
        slug,
        *(each.value for each in PENDING),
    )
    found: dict[str, float] = {}
    for check, points, _ in rows:
        part = part_of.get(str(check))
        if part is not None:
            with history.sense():
                found[part] = found.get(part, 0.0) + float(str(points))
    return found
