"""How far somebody has come."""

from __future__ import annotations

import datetime

import pytest

from grader.catalog.load import load
from grader.catalog.points import hidden_checks
from grader.model import PENDING, Outcome, Verdict
from grader.practice.progress import standing, streak

EXERCISE = load("self_attention")
SLUG, FIRST = EXERCISE.slug, EXERCISE.parts[0].id
OF_FIRST_PART = [each.id for each in (*EXERCISE.visible, *hidden_checks(EXERCISE)) if each.part == FIRST]
TODAY = datetime.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("days_ago", "wanted"),
    [
        ([], 0),
        ([0], 1),
        ([1], 1),
        ([2], 0),
        ([0, 1, 2], 3),
        ([1, 2, 4], 2),
        ([-3], 0),
        ([-3, 0, 1], 2),
    ],
)
def test_a_streak_is_days_in_a_row(days_ago: list[int], wanted: int) -> None:
    """Today may still come; days in the future, of a clock set back, count nothing."""
    days = [TODAY - datetime.timedelta(days=ago) for ago in days_ago]

    assert streak(days, TODAY) == wanted


def test_nothing_done_is_nothing(history) -> None:
    """Every exercise is there, with what there is to be won."""
    (found,) = standing(history, [EXERCISE]).exercises

    assert (found.attempts, found.best_score, found.best_ratio, found.accepted) == (0, None, None, False)
    assert found.total == 100
    assert all(part.points == 0 and part.max_points > 0 for part in found.parts)


@pytest.mark.parametrize("pending", sorted(PENDING))
def test_parts_stand_as_each_check_was_judged_last(history, report_of, pending: Outcome) -> None:
    """What an attempt left out does not undo what an earlier one showed."""
    a, b = OF_FIRST_PART[:2]
    history.record(report_of({a: Outcome.PASSED, b: Outcome.FAILED}, exercise=SLUG))
    history.record(report_of({a: pending, b: Outcome.PASSED}, exercise=SLUG))

    (found,) = standing(history, [EXERCISE]).exercises

    assert found.parts[0].points == 20


def test_checks_that_are_gone_count_nothing(history, report_of) -> None:
    """An exercise changes: what an earlier version had, and this one has not, finishes no part of it."""
    old = {f"old_{number}": Outcome.PASSED for number in range(9)}
    history.record(report_of(old, exercise=SLUG, parts=dict.fromkeys(old, FIRST), ratios={"old_1": 7.0}))
    history.record(report_of({OF_FIRST_PART[0]: Outcome.PASSED}, exercise=SLUG, parts={OF_FIRST_PART[0]: "moved"}))

    (found,) = standing(history, [EXERCISE]).exercises

    assert (found.parts[0].points, found.parts[0].done) == (10, False)
    assert found.best_ratio is None


def test_the_sum_of_a_history(history, report_of, mistake, clock) -> None:
    """Attempts, mistakes open and cured, hints, the slowest of the best ratios, days in a row."""
    a, b, t, u = OF_FIRST_PART[:4]
    history.record(report_of({a: Outcome.FAILED, b: Outcome.FAILED}, mistake("m", a), mistake("n", b), exercise=SLUG))
    history.record_hint(SLUG, FIRST, 1)
    clock.pass_days(1)
    history.record(
        report_of(
            {a: Outcome.PASSED, b: Outcome.PASSED, t: Outcome.PASSED, u: Outcome.PASSED},
            exercise=SLUG,
            verdict=Verdict.ACCEPTED,
            ratios={t: 1.2, u: 1.6},
        )
    )

    found = standing(history, [EXERCISE])

    (one,) = found.exercises
    assert (one.attempts, one.best_score, one.accepted, one.best_ratio) == (2, 40, True, 1.6)
    assert (one.mistakes_open, one.mistakes_cured) == (0, 2)
    assert one.parts[0].hints == 1
    assert (found.streak_days, found.active_today) == (2, True)
    clock.pass_days(1)
    assert standing(history, []).active_today is False
