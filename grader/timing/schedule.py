"""In which order candidate and reference run in a timed section. A pure generator: it runs nothing.

Each pair runs both sides, one directly after the other, so that whatever the machine is doing falls on
both. Which side goes first follows the Thue-Morse sequence, AB BA BA AB ...: as in the ABBA order, a slow
drift of the machine's speed favours neither side, and neither does a disturbance of a fixed period.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator
from typing import NamedTuple

# The first call after a fork touches fresh pages and fills caches on both sides; one pair absorbs it, and
# what is left of it in the next pair is one outlier, which the median does not feel.
WARM_UP_PAIRS = 1


class Side(enum.StrEnum):
    """Whose code runs."""

    CANDIDATE = "candidate"
    REFERENCE = "reference"

    @property
    def other(self) -> Side:
        return Side.REFERENCE if self is Side.CANDIDATE else Side.CANDIDATE


class Pair(NamedTuple):
    """One repetition: `order` is who runs first and who second; a warm-up is not counted."""

    order: tuple[Side, Side]
    warm_up: bool


def pairs(warm_ups: int = WARM_UP_PAIRS) -> Iterator[Pair]:
    """Yield the repetitions of a timed section without end; whoever consumes them stops when decided.

    Args:
        warm_ups: how many pairs come first and are not counted.
    """
    for number in range(warm_ups):
        yield Pair(_order(number), warm_up=True)
    for number in itertools.count():
        yield Pair(_order(number), warm_up=False)


def _order(number: int) -> tuple[Side, Side]:
    first = Side.REFERENCE if number.bit_count() % 2 else Side.CANDIDATE
    return first, first.other
