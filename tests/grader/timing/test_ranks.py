"""The error of the interval, counted anew by other means."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest

from grader.timing.ranks import ranks

ERROR = Fraction(5, 100)


def chance_of_leaving(table: tuple[int, ...], below: float) -> float:
    """How likely the count of values below some point ever falls short of the rank, each being below with
    probability `below`."""
    inside, left = {0: 1.0}, 0.0
    for n in range(1, len(table)):
        after: dict[int, float] = {}
        for count, weight in inside.items():
            after[count] = after.get(count, 0.0) + weight * (1 - below)
            after[count + 1] = after.get(count + 1, 0.0) + weight * below
        left += sum(weight for count, weight in after.items() if count < table[n])
        inside = {count: weight for count, weight in after.items() if count >= table[n]}
    return left


@pytest.mark.parametrize("cap", [6, 7, 12, 40, 80])
@pytest.mark.parametrize("error", [Fraction(1, 100), ERROR, Fraction(1, 5)])
def test_error_over_all_looks_stays_within_what_is_allowed(cap: int, error: Fraction) -> None:
    """The chance of ever leaving the interval on one side is at most half the error."""
    assert chance_of_leaving(ranks(1, cap, error), 0.5) <= float(error / 2)


def test_error_is_spent_not_hoarded() -> None:
    """With many looks nearly all of the allowed error is used, so the interval is no wider than need be."""
    assert chance_of_leaving(ranks(6, 40, ERROR), 0.5) >= 0.95 * 0.025


def test_matches_enumeration_of_every_sequence() -> None:
    """For ten repetitions the count over all 1024 sequences of above and below gives the same chance."""
    table = ranks(1, 10, Fraction(1, 5))
    left = sum(any(sum(tosses[:n]) < table[n] for n in range(1, 11)) for tosses in itertools.product((0, 1), repeat=10))
    assert left / 1024 == chance_of_leaving(table, 0.5)
    assert left > 0


def test_too_few_values_bound_nothing() -> None:
    """At 95 % five values give no interval, six give the smallest and the largest."""
    assert ranks(1, 10, ERROR)[:7] == (0, 0, 0, 0, 0, 0, 1)


def test_no_look_before_the_first() -> None:
    """Nothing is bounded before the number of repetitions asked for."""
    table = ranks(9, 20, ERROR)
    assert not any(table[:9]) and table[9] >= 1


def test_a_cap_below_the_least_gives_no_interval() -> None:
    """Where the cap is too low for any interval there is none, and no failure."""
    assert ranks(1, 4, ERROR) == (0, 0, 0, 0, 0)


def test_ranks_grow_and_stay_in_the_lower_half() -> None:
    """More repetitions never ask for a more extreme value, and low and high never cross."""
    table = ranks(6, 60, ERROR)
    assert list(table) == sorted(table)
    assert all(2 * rank <= n for n, rank in enumerate(table))


def test_more_repetitions_get_nearer_the_median() -> None:
    """At the cap the rank is within three standard deviations of the middle: the interval narrows as it should."""
    assert ranks(6, 60, ERROR)[60] >= 30 - 3 * math.sqrt(60) / 2


def test_wrong_verdicts_at_the_margin_are_rare_by_count() -> None:
    """Where a margin of 1.3 and heavy scatter leave one pair in seven on the wrong side of the budget, fewer
    than one judgement in 10 000 ends wrong."""
    assert chance_of_leaving(ranks(6, 40, ERROR), 1 - 1 / 7) < 1e-4
