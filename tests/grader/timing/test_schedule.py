"""The order of a timed section favours neither side."""

from __future__ import annotations

import itertools

import pytest

from grader.timing.schedule import Side, pairs


def test_begins_as_abba() -> None:
    """The first two repetitions run candidate, reference, reference, candidate."""
    first, second = itertools.islice(pairs(0), 2)
    assert [*first.order, *second.order] == [Side.CANDIDATE, Side.REFERENCE, Side.REFERENCE, Side.CANDIDATE]


def test_each_pair_runs_both_sides() -> None:
    """Every repetition runs each side exactly once."""
    assert all(set(pair.order) == set(Side) for pair in itertools.islice(pairs(), 50))


@pytest.mark.parametrize("warm_ups", [0, 1, 3])
def test_warm_ups_come_first_and_are_marked(warm_ups: int) -> None:
    """So many pairs as asked for are warm-ups; everything after counts, from the same beginning."""
    taken = list(itertools.islice(pairs(warm_ups), warm_ups + 8))
    assert [pair.warm_up for pair in taken] == [True] * warm_ups + [False] * 8
    assert [pair.order for pair in taken[warm_ups:]] == [pair.order for pair in itertools.islice(pairs(0), 8)]


@pytest.mark.parametrize("power", [1, 2])
def test_a_drift_falls_on_both_sides_alike(power: int) -> None:
    """Over eight repetitions a speed that drifts linearly, or as a parabola, adds the same to either side."""
    drift = {Side.CANDIDATE: 0, Side.REFERENCE: 0}
    slots = (side for pair in itertools.islice(pairs(0), 8) for side in pair.order)
    for moment, side in enumerate(slots):
        drift[side] += moment**power
    assert drift[Side.CANDIDATE] == drift[Side.REFERENCE]


def test_no_period_of_disturbance_always_hits_the_same_side() -> None:
    """A disturbance at every k-th call, k up to 9, meets each side at least a quarter of the time."""
    slots = [side for pair in itertools.islice(pairs(0), 512) for side in pair.order]
    for period, phase in ((k, p) for k in range(2, 10) for p in range(k)):
        hit = slots[phase::period]
        assert 0.25 <= hit.count(Side.CANDIDATE) / len(hit) <= 0.75, (period, phase)
