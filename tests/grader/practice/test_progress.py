"""How far somebody has come."""

from __future__ import annotations

import datetime

import pytest

from grader.catalog.load import load
from grader.model import Outcome, Verdict
from grader.practice.progress import standing, streak

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
    (found,) = standing(history, [load("self_attention")]).exercises

    assert (found.attempts, found.best_score, found.best_ratio, found.accepted) == (0, None, None, False)
    assert found.total == 100
    assert all(part.points == 0 and part.max_points > 0 for part in found.parts)


def test_parts_stand_as_each_check_was_judged_last(history, report_of) -> None:
    """What an attempt left out does not undo what an earlier one showed."""
    slug, part = "self_attention", load("self_attention").parts[0].id
    parts = {"a": part, "b": part}
    history.record(report_of({"a": Outcome.PASSED, "b": Outcome.FAILED}, exercise=slug, parts=parts))
    history.record(report_of({"a": Outcome.NOT_GRADED, "b": Outcome.PASSED}, exercise=slug, parts=parts))

    (found,) = standing(history, [load(slug)]).exercises

    assert found.parts[0].points == 20


def test_the_sum_of_a_history(history, report_of, mistake, clock) -> None:
    """Attempts, mistakes open and cured, hints, the slowest of the best ratios, days in a row."""
    slug = "self_attention"
    history.record(
        report_of({"a": Outcome.FAILED, "b": Outcome.FAILED}, mistake("m", "a"), mistake("n", "b"), exercise=slug)
    )
    history.record_hint(slug, load(slug).parts[0].id, 1)
    clock.pass_days(1)
    history.record(
        report_of(
            {"a": Outcome.PASSED, "b": Outcome.PASSED, "t": Outcome.PASSED, "u": Outcome.PASSED},
            exercise=slug,
            verdict=Verdict.ACCEPTED,
            ratios={"t": 1.2, "u": 1.6},
        )
    )

    found = standing(history, [load(slug)])

    (one,) = found.exercises
    assert (one.attempts, one.best_score, one.accepted, one.best_ratio) == (2, 40, True, 1.6)
    assert (one.mistakes_open, one.mistakes_cured) == (0, 2)
    assert one.parts[0].hints == 1
    assert (found.streak_days, found.active_today) == (2, True)
    clock.pass_days(1)
    assert standing(history, []).active_today is False
