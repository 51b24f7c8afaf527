"""How often the judge is wrong or cannot say, by seeded simulation.

The noise: both sides scatter log-normally by 15 %, and one time in twenty on either side is two to five
times too long. The ratio keeps the margin that authors must keep, 1.3 on either side of the budget.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable

import pytest

from grader.model import TimingVerdict
from grader.timing.ratio import MIN_REPEATS, RatioJudge

MARGIN = 1.3
BUDGET = 2.0
Clock = Callable[[], float]


def noisy(rng: random.Random, cost_s: float, scatter: float, outliers: float) -> Clock:
    """A side whose calls cost `cost_s`, give or take."""

    def call() -> float:
        seconds = cost_s * math.exp(rng.gauss(0.0, scatter))
        return seconds * rng.uniform(2.0, 5.0) if rng.random() < outliers else seconds

    return call


def judge(candidate: Clock, reference: Clock) -> tuple[TimingVerdict, int]:
    """Run one judgement to its end."""
    judge = RatioJudge(BUDGET)
    while (decision := judge.decision).verdict is None:
        judge.add(candidate(), reference())
    return decision.verdict, decision.repeats


def simulate(ratio: float, *, scatter: float, outliers: float, times: int, seed: int = 1) -> tuple[Counter[str], float]:
    """Count verdicts, and the mean number of repetitions."""
    rng = random.Random(seed)
    counted: Counter[str] = Counter()
    repeats = 0
    for _ in range(times):
        verdict, used = judge(noisy(rng, 0.02 * ratio, scatter, outliers), noisy(rng, 0.02, scatter, outliers))
        counted[verdict.value] += 1
        repeats += used
    return counted, repeats / times


@pytest.mark.parametrize(
    ("ratio", "right"), [(BUDGET / MARGIN, TimingVerdict.WITHIN), (BUDGET * MARGIN, TimingVerdict.OVER)]
)
def test_right_and_seldom_undecided_under_heavy_noise(ratio: float, right: TimingVerdict) -> None:
    """In 500 judgements at the margin none is wrong, and at most 2 % cannot say."""
    counted, _ = simulate(ratio, scatter=0.15, outliers=0.05, times=500)
    undecided = counted[TimingVerdict.TOO_NOISY.value] + counted[TimingVerdict.NEEDS_PERSON.value]
    assert counted[right.value] + undecided == 500
    assert undecided <= 10


def test_usually_decides_at_once_under_ordinary_noise() -> None:
    """With scatter of 3 % and one outlier in a hundred, judgements take hardly more than the fewest repetitions."""
    counted, mean_repeats = simulate(BUDGET / MARGIN, scatter=0.03, outliers=0.01, times=300)
    assert counted == {"within": 300}
    assert mean_repeats <= MIN_REPEATS + 1


def test_wrong_at_the_budget_itself_at_most_as_often_as_promised() -> None:
    """A ratio exactly at the budget is called over, or within, at most about 2.5 % of the time each."""
    counted, _ = simulate(BUDGET, scatter=0.15, outliers=0.05, times=400)
    allowed = 400 * 0.025 + 3 * math.sqrt(400 * 0.025)
    assert counted["within"] <= allowed
    assert counted["over"] <= allowed


@pytest.mark.parametrize("share", [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
def test_a_candidate_that_spins_at_random_never_ends_too_noisy(share: float) -> None:
    """Slowing a share of the calls fivefold, on a quiet machine, ends within or over: never in a free retry."""
    rng = random.Random(7)
    fast = noisy(rng, 0.02, 0.05, 0.0)

    def spinning() -> float:
        return fast() * (5.0 if rng.random() < share else 1.0)

    verdicts = {judge(spinning, noisy(rng, 0.02, 0.05, 0.0))[0] for _ in range(100)}
    assert verdicts <= {TimingVerdict.WITHIN, TimingVerdict.OVER}
