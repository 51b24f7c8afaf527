"""The judge of a time budget: candidate time over reference time, within the budget, over it, or too noisy.

It is fed one pair of CPU times a repetition and stops as soon as the interval of the ratio clears the
budget. The ratio is the median of the paired ratios, the interval that of `grader.timing.ranks`: it assumes
that repetitions are independent and share one median, and nothing about how they scatter. So an outlier
costs a repetition or two, however far out it lies, and never the verdict.

How sure it is: a submission whose ratio is exactly the budget is judged *within* wrongly, or *over*
wrongly, at most 2.5 times in a hundred each, at whichever repetition the judge stops. The farther the ratio
is from the budget, the rarer: with the margin of 1.3 that authors must keep, scatter of 15 % on both sides
and one time in twenty inflated two to five times, it is wrong about once in 100 000 judgements.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec

from grader.model import Timing, TimingVerdict
from grader.timing.ranks import ranks

MIN_REPEATS: Final = 6  # the fewest pairs that bound a median with 95 %
MAX_REPEATS: Final = 40  # at the scatter above, fewer than one judgement in a hundred gets here
CONFIDENCE: Final = Fraction(95, 100)
RESOLUTION_S: Final = 1e-6  # what a read of the clock may be off by: about its own cost

# A side is tight when its slow times (80th percentile) are at most this many times its fast ones (20th).
# Scatter of 15 % gives 1.29 at the most likely; times that alternate between two speeds give the ratio of
# the speeds, even where only one time in four is slow.
TIGHT_SPREAD: Final = 1.35

# Ratios are kept within these, so that a time of zero makes a number that JSON can hold.
_SMALLEST_RATIO: Final = 1e-9
_LARGEST_RATIO: Final = 1e9


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge knows so far. Ratios are candidate / reference; all numbers are finite."""

    budget: float
    ratio: float  # the median of the paired ratios
    low: float  # the interval, at the judge's confidence; all but unbounded before `min_repeats`
    high: float
    repeats: int
    verdict: TimingVerdict | None  # None: not decided, measure again
    candidate_cpu_s: float  # medians
    reference_cpu_s: float
    candidate_spread: float  # 80th percentile / 20th percentile of the side's own times
    reference_spread: float
    ratios: tuple[float, ...]  # one per repetition, in order

    def timing(self, check: str) -> Timing:
        """Put a reached verdict into a report's words.

        Raises:
            ValueError: there is no verdict yet.
        """
        if self.verdict is None:
            raise ValueError("no verdict yet: add repetitions or conclude")
        return Timing(
            check=check,
            ratio=self.ratio,
            low=self.low,
            high=self.high,
            budget=self.budget,
            verdict=self.verdict,
            repeats=self.repeats,
            candidate_cpu_s=self.candidate_cpu_s,
            reference_cpu_s=self.reference_cpu_s,
            ratios=self.ratios,
        )


class RatioJudge:
    """Decides, pair by pair, whether the candidate's time over the reference's is within a budget."""

    def __init__(
        self,
        budget: float,
        *,
        min_repeats: int = MIN_REPEATS,
        max_repeats: int = MAX_REPEATS,
        confidence: Fraction = CONFIDENCE,
        resolution_s: float = RESOLUTION_S,
    ) -> None:
        """
        Args:
            budget: the largest ratio that is still within.
            min_repeats: no verdict before so many pairs; fewer than bound a median change nothing.
            max_repeats: the cap, at which a verdict is given whatever the interval.
            confidence: of the interval, over all looks together.
            resolution_s: each time may be off by so much; very short times widen the interval by it.

        Raises:
            ValueError: a setting is out of its range.
        """
        if not (math.isfinite(budget) and budget > 0):
            raise ValueError(f"a budget is a positive finite ratio, not {budget}")
        if not 1 <= min_repeats <= max_repeats:
            raise ValueError(f"repeats {min_repeats}..{max_repeats} are no range")
        if not 0 < confidence < 1:
            raise ValueError(f"a confidence lies between 0 and 1, not {confidence}")
        if not (math.isfinite(resolution_s) and resolution_s >= 0):
            raise ValueError(f"a resolution is a finite number of seconds, not {resolution_s}")
        self.budget = budget
        self.max_repeats = max_repeats
        self._ranks = ranks(min_repeats, max_repeats, 1 - confidence)
        self._resolution_s = resolution_s
        self._candidate_s: list[float] = []
        self._reference_s: list[float] = []
        self._decision: Decision | None = None

    def add(self, candidate_s: float, reference_s: float) -> Decision:
        """Take in one repetition.

        Args:
            candidate_s: CPU seconds of the candidate's call.
            reference_s: CPU seconds of the reference's call beside it.

        Raises:
            ValueError: a time is negative or not finite, or a verdict was already reached.
        """
        if self.decision.verdict is not None:
            raise ValueError("the verdict is reached; a repetition more would be another look")
        for seconds in (candidate_s, reference_s):
            if not (math.isfinite(seconds) and seconds >= 0):
                raise ValueError(f"a time is a finite number of seconds, not {seconds}")
        self._candidate_s.append(candidate_s)
        self._reference_s.append(reference_s)
        self._decision = self._judge(stop=len(self._candidate_s) >= self.max_repeats)
        return self._decision

    @property
    def decision(self) -> Decision:
        """What is known now; its verdict is None while another repetition is wanted."""
        if self._decision is None:
            self._decision = self._judge(stop=False)
        return self._decision

    def conclude(self) -> Decision:
        """Give the verdict of the cap now, where time for further repetitions has run out."""
        if self.decision.verdict is None:
            self._decision = self._judge(stop=True)
        return self.decision

    def _judge(self, *, stop: bool) -> Decision:
        repeats = len(self._candidate_s)
        low, high = self._interval()
        candidate_spread = _spread(self._candidate_s, self._resolution_s)
        reference_spread = _spread(self._reference_s, self._resolution_s)
        verdict: TimingVerdict | None = None
        if high <= self.budget:
            verdict = TimingVerdict.WITHIN
        elif low > self.budget:
            verdict = TimingVerdict.OVER
        elif stop:
            verdict = _verdict_at_the_cap(candidate_spread, reference_spread)
        ratios = tuple(map(_paired_ratio, self._candidate_s, self._reference_s))
        return Decision(
            budget=self.budget,
            ratio=_middle(ratios, geometric=True),
            low=low,
            high=high,
            repeats=repeats,
            verdict=verdict,
            candidate_cpu_s=_middle(self._candidate_s),
            reference_cpu_s=_middle(self._reference_s),
            candidate_spread=candidate_spread,
            reference_spread=reference_spread,
            ratios=ratios,
        )

    def _interval(self) -> tuple[float, float]:
        rank = self._ranks[len(self._candidate_s)]
        if rank == 0:
            return _SMALLEST_RATIO, _LARGEST_RATIO
        off = self._resolution_s
        measured = list(zip(self._candidate_s, self._reference_s, strict=True))
        lowest = sorted(_ratio(candidate - off, reference + off) for candidate, reference in measured)
        highest = sorted(1 / _ratio(reference - off, candidate + off) for candidate, reference in measured)
        return lowest[rank - 1], highest[-rank]


def _verdict_at_the_cap(candidate_spread: float, reference_spread: float) -> TimingVerdict:
    """Say why it could not be decided: whose noise it is.

    A candidate that scatters while the reference beside it does not is the cause of its own noise, and
    must not win by it. It has to scatter at least twice as widely, in logarithms, so that chance at the
    border of tightness is not taken for intent.
    """
    reference_is_tight = reference_spread <= TIGHT_SPREAD
    candidate_is_tight = candidate_spread <= TIGHT_SPREAD
    if reference_is_tight and not candidate_is_tight and candidate_spread >= reference_spread**2:
        return TimingVerdict.OVER
    if not reference_is_tight and not candidate_is_tight:
        return TimingVerdict.NEEDS_PERSON
    return TimingVerdict.TOO_NOISY


def _ratio(over_s: float, under_s: float) -> float:
    """The quotient, within what is kept of ratios. A time that is nothing makes it the smallest, so that in
    the interval a pair in which no time can be seen says nothing in either direction."""
    if over_s <= 0.0:
        return _SMALLEST_RATIO
    if under_s <= 0.0:
        return _LARGEST_RATIO
    return min(max(over_s / under_s, _SMALLEST_RATIO), _LARGEST_RATIO)


def _paired_ratio(candidate_s: float, reference_s: float) -> float:
    return 1.0 if candidate_s == reference_s else _ratio(candidate_s, reference_s)


def _middle(values: Sequence[float], *, geometric: bool = False) -> float:
    """The median; 0 of nothing. Ratios average geometrically, so that swapping the sides inverts it."""
    if not values:
        return 0.0
    ordered = sorted(values)
    lower, upper = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return math.sqrt(lower) * math.sqrt(upper) if geometric else (lower + upper) / 2


def _spread(times_s: Sequence[float], resolution_s: float) -> float:
    """How many times longer the slow times are than the fast ones; 1 of nothing."""
    if not times_s:
        return 1.0
    ordered = sorted(times_s)
    fifth = len(ordered) // 5
    slow, fast = ordered[len(ordered) - 1 - fifth], ordered[fifth]
    return _paired_ratio(max(slow, resolution_s), max(fast, resolution_s))
