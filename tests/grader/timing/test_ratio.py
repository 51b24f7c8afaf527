"""The judge of a time budget, on scripted times."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import TimingVerdict
from grader.timing.ratio import MAX_REPEATS, MIN_REPEATS, Decision, RatioJudge

times = st.floats(min_value=1e-4, max_value=1e2)
series = st.lists(st.tuples(times, times), min_size=1, max_size=MAX_REPEATS)


def judge_all(pairs: list[tuple[float, float]], budget: float = 2.0, resolution_s: float = 1e-6) -> Decision:
    """Feed pairs until the judge has decided or they are used up."""
    judge = RatioJudge(budget, resolution_s=resolution_s)
    for candidate_s, reference_s in pairs:
        if judge.add(candidate_s, reference_s).verdict is not None:
            break
    return judge.decision


def alternating(low_s: float, high_s: float, *, high_every: int = 2) -> list[float]:
    """Times of a side that is slow at every n-th call."""
    return [high_s if i % high_every == 0 else low_s for i in range(MAX_REPEATS)]


def test_fast_candidate_is_within_after_the_fewest_repetitions() -> None:
    """A quiet ratio below the budget is settled at once."""
    decision = judge_all([(0.030, 0.020)] * MAX_REPEATS)
    assert decision.verdict is TimingVerdict.WITHIN
    assert decision.repeats == MIN_REPEATS
    assert decision.ratio == pytest.approx(1.5)


def test_slow_candidate_is_over_after_the_fewest_repetitions() -> None:
    """A quiet ratio above the budget is settled at once."""
    decision = judge_all([(0.060, 0.020)] * MAX_REPEATS)
    assert decision.verdict is TimingVerdict.OVER
    assert decision.repeats == MIN_REPEATS
    assert decision.low > decision.budget


def test_candidate_faster_than_the_reference_is_within() -> None:
    """A ratio far below one is a ratio like any other."""
    decision = judge_all([(0.001, 0.020)] * MAX_REPEATS)
    assert decision.verdict is TimingVerdict.WITHIN
    assert decision.high < 0.06


def test_exactly_the_budget_is_not_over() -> None:
    """The budget itself is within."""
    assert judge_all([(2.0, 1.0)] * MAX_REPEATS, resolution_s=0.0).verdict is TimingVerdict.WITHIN


def test_undecided_before_the_fewest_repetitions() -> None:
    """Before there is an interval there is no verdict, and the interval is all but unbounded."""
    decision = judge_all([(0.060, 0.020)] * (MIN_REPEATS - 1))
    assert decision.verdict is None
    assert decision.low < 1e-6 and decision.high > 1e6


def test_no_repetition_at_all() -> None:
    """A judge that was told nothing has decided nothing and says so in finite numbers."""
    decision = RatioJudge(2.0).decision
    assert (decision.repeats, decision.verdict, decision.ratios) == (0, None, ())
    assert all(map(math.isfinite, (decision.ratio, decision.low, decision.high)))


@pytest.mark.parametrize("outlier", [(5.0, 0.020), (0.030, 5.0)])
@pytest.mark.parametrize("at", [0, 3, 5])
def test_one_outlier_costs_repetitions_not_the_verdict(outlier: tuple[float, float], at: int) -> None:
    """One wild time on either side, early or late, leaves verdict and ratio as they were."""
    pairs = [(0.030, 0.020)] * MAX_REPEATS
    pairs[at] = outlier
    decision = judge_all(pairs)
    assert decision.verdict is TimingVerdict.WITHIN
    assert decision.ratio == pytest.approx(1.5)
    assert decision.repeats <= 2 * MIN_REPEATS


def test_a_drift_common_to_both_sides_changes_nothing() -> None:
    """The machine slows down threefold during the section; the paired ratio does not see it."""
    pairs = [(0.030 * speed, 0.020 * speed) for speed in (1 + i / 3 for i in range(MAX_REPEATS))]
    assert judge_all(pairs).verdict is TimingVerdict.WITHIN


def test_wide_candidate_beside_a_tight_reference_is_over_at_the_cap() -> None:
    """Who makes its own time jump about the budget does not win by it."""
    pairs = list(zip(alternating(0.020, 0.080), [0.020] * MAX_REPEATS, strict=True))
    decision = judge_all(pairs)
    assert decision.repeats == MAX_REPEATS
    assert decision.verdict is TimingVerdict.OVER


def test_both_wide_needs_a_person_at_the_cap() -> None:
    """Where the reference scatters as well the machine is to blame, and nobody loses points."""
    wild = alternating(0.020, 0.060)
    assert judge_all(list(zip(wild, reversed(wild), strict=True))).verdict is TimingVerdict.NEEDS_PERSON


def test_wide_reference_beside_a_tight_candidate_is_too_noisy() -> None:
    """The reference's own noise is ours to measure again."""
    pairs = list(zip([0.050] * MAX_REPEATS, alternating(0.020, 0.060), strict=True))
    assert judge_all(pairs).verdict is TimingVerdict.TOO_NOISY


def test_tight_on_both_sides_at_the_budget_is_too_noisy() -> None:
    """A ratio that sits on the budget within a few percent cannot be told from it."""
    pairs = list(zip(alternating(0.0390, 0.0410), [0.020] * MAX_REPEATS, strict=True))
    assert judge_all(pairs).verdict is TimingVerdict.TOO_NOISY


def test_noise_at_the_border_of_tightness_is_not_held_against_the_candidate() -> None:
    """A candidate only a little wider than the reference is not taken for one that makes noise."""
    pairs = list(zip(alternating(0.0340, 0.0470), alternating(0.0200, 0.0265)[::-1], strict=True))
    assert judge_all(pairs).verdict is TimingVerdict.TOO_NOISY


@pytest.mark.parametrize("slow_every", [2, 3, 4])
@pytest.mark.parametrize("factor", [3.0, 10.0, 1000.0])
def test_spinning_now_and_then_never_ends_too_noisy(slow_every: int, factor: float) -> None:
    """Whatever share of its calls a candidate slows down to straddle the budget, the verdict is about it."""
    slow = alternating(0.030, 0.030 * factor, high_every=slow_every)
    decision = judge_all(list(zip(slow, [0.020] * MAX_REPEATS, strict=True)))
    assert decision.verdict in {TimingVerdict.OVER, TimingVerdict.WITHIN}


def test_conclude_gives_the_verdict_of_the_cap_early() -> None:
    """When time runs out, what is known so far is judged as at the cap."""
    judge = RatioJudge(2.0)
    judge.add(0.060, 0.020)
    judge.add(0.060, 0.020)
    assert judge.conclude().verdict is TimingVerdict.TOO_NOISY
    assert judge.conclude().repeats == 2


def test_conclude_keeps_a_verdict_already_reached() -> None:
    """A verdict does not change by being asked for again."""
    judge = RatioJudge(2.0)
    for _ in range(MIN_REPEATS):
        judge.add(0.030, 0.020)
    assert judge.conclude().verdict is TimingVerdict.WITHIN


def test_no_look_after_the_verdict() -> None:
    """A judge that has decided takes no further repetition."""
    judge = RatioJudge(2.0)
    for _ in range(MIN_REPEATS):
        judge.add(0.030, 0.020)
    with pytest.raises(ValueError, match="reached"):
        judge.add(0.030, 0.020)


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_impossible_times_are_refused(bad: float) -> None:
    """A negative or non-finite time is our fault and never becomes a ratio."""
    for pair in ((bad, 1.0), (1.0, bad)):
        judge = RatioJudge(2.0)
        with pytest.raises(ValueError, match="finite number of seconds"):
            judge.add(*pair)
        assert judge.decision.repeats == 0


@pytest.mark.parametrize(
    ("arguments", "limits"),
    [
        ((0.0,), {}),
        ((math.nan,), {}),
        ((2.0,), {"min_repeats": 0}),
        ((2.0,), {"min_repeats": 9, "max_repeats": 8}),
        ((2.0,), {"confidence": Fraction(1)}),
        ((2.0,), {"resolution_s": -1.0}),
    ],
)
def test_settings_out_of_range_are_refused(arguments: tuple[float], limits: dict[str, float]) -> None:
    """A judge cannot be made with a budget, range, confidence or resolution that means nothing."""
    with pytest.raises(ValueError):
        RatioJudge(*arguments, **limits)  # type: ignore[arg-type]


@pytest.mark.parametrize("pair", [(0.0, 0.0), (0.0, 5e-7), (5e-7, 0.0), (9e-7, 3e-7)])
def test_times_below_the_resolution_decide_nothing(pair: tuple[float, float]) -> None:
    """Times that the clock cannot tell from zero end too noisy, at the cap, in finite numbers."""
    decision = judge_all([pair] * MAX_REPEATS)
    assert decision.verdict is TimingVerdict.TOO_NOISY
    assert decision.repeats == MAX_REPEATS
    json.dumps(msgspec.to_builtins(decision), allow_nan=False)


def test_times_of_zero_decide_nothing_even_for_an_exact_clock() -> None:
    """0 / 0 is no evidence, whatever resolution was claimed."""
    assert judge_all([(0.0, 0.0)] * MAX_REPEATS, resolution_s=0.0).verdict is TimingVerdict.TOO_NOISY


def test_resolution_widens_the_interval() -> None:
    """Of 3 us over 2 us, each known to 1 us, the ratio may be anything from 2/3 to 4."""
    decision = judge_all([(3e-6, 2e-6)] * MIN_REPEATS)
    assert decision.low == pytest.approx(2 / 3)
    assert decision.high == pytest.approx(4.0)


def test_decision_becomes_a_report_timing() -> None:
    """The record for the report carries the same figures."""
    decision = judge_all([(0.030, 0.020)] * MIN_REPEATS)
    timing = decision.timing("streaming_time")
    assert timing.check == "streaming_time"
    assert timing.verdict is TimingVerdict.WITHIN
    assert (timing.ratio, timing.low, timing.high) == (decision.ratio, decision.low, decision.high)
    assert timing.ratios == decision.ratios and timing.repeats == MIN_REPEATS


def test_undecided_is_no_report_timing() -> None:
    """A record without a verdict cannot be made."""
    with pytest.raises(ValueError, match="no verdict"):
        RatioJudge(2.0).decision.timing("streaming_time")


@settings(deadline=None)
@given(series, st.integers(min_value=-8, max_value=8))
def test_unit_of_time_does_not_matter(pairs: list[tuple[float, float]], exponent: int) -> None:
    """Both sides scaled alike give the same decision, ratio and interval."""
    scale = 2.0**exponent
    plain = judge_all(pairs, resolution_s=0.0)
    scaled = judge_all([(c * scale, r * scale) for c, r in pairs], resolution_s=0.0)
    assert (scaled.verdict, scaled.repeats, scaled.ratios) == (plain.verdict, plain.repeats, plain.ratios)
    assert (scaled.ratio, scaled.low, scaled.high) == (plain.ratio, plain.low, plain.high)


@settings(deadline=None)
@given(series)
def test_swapping_the_sides_inverts_the_ratio(pairs: list[tuple[float, float]]) -> None:
    """With a budget that never decides, ratio and interval of the swapped sides are the inverses."""
    plain = judge_all(pairs, budget=1e8)
    swapped_judge = RatioJudge(1e8)
    for candidate_s, reference_s in pairs[: plain.repeats]:
        swapped_judge.add(reference_s, candidate_s)
    swapped = swapped_judge.decision
    assert swapped.ratio == pytest.approx(1 / plain.ratio)
    assert swapped.low == pytest.approx(1 / plain.high)
    assert swapped.high == pytest.approx(1 / plain.low)
    assert swapped.candidate_spread == plain.reference_spread


@settings(deadline=None)
@given(series)
def test_interval_holds_the_ratio(pairs: list[tuple[float, float]]) -> None:
    """The ratio always lies in its interval, and every verdict but the cap's follows from the interval."""
    decision = judge_all(pairs)
    assert decision.low <= decision.ratio * (1 + 1e-12)
    assert decision.ratio <= decision.high * (1 + 1e-12)
    if decision.verdict is TimingVerdict.WITHIN:
        assert decision.high <= decision.budget


@settings(deadline=None)
@given(series, st.floats(min_value=1.0, max_value=10.0))
def test_a_slower_candidate_is_never_judged_better(pairs: list[tuple[float, float]], factor: float) -> None:
    """Multiplying all candidate times cannot turn over into within."""
    if judge_all(pairs).verdict is TimingVerdict.OVER:
        slower = judge_all([(c * factor, r) for c, r in pairs])
        assert slower.verdict is not TimingVerdict.WITHIN
