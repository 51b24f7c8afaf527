"""Samples of one quantity, and how they are written: the median, and the quartiles as its spread."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence


def median(samples: Sequence[float]) -> float:
    return statistics.median(samples)


def quartiles(samples: Sequence[float]) -> tuple[float, float]:
    """The first and third quartile, interpolated; of a single sample, that sample."""
    if len(samples) < 2:
        return samples[0], samples[0]
    first, _, third = statistics.quantiles(samples, n=4, method="inclusive")
    return first, third


def seconds(value_s: float) -> str:
    """A time with three digits, in the unit that suits it."""
    for limit, scale, unit in ((1e-3, 1e6, "us"), (1.0, 1e3, "ms")):
        if abs(value_s) < limit:
            return f"{_three_digits(value_s * scale)} {unit}"
    return f"{_three_digits(value_s)} s"


def times(value: float) -> str:
    """A ratio."""
    return f"{_three_digits(value)} x"


def rate(bytes_per_s: float) -> str:
    return f"{_three_digits(bytes_per_s / 1e9)} GB/s"


def spread(samples: Sequence[float], write: Callable[[float], str] = seconds) -> str:
    """The median and, in brackets, the quartiles."""
    first, third = quartiles(samples)
    return f"{write(median(samples))} ({write(first)} - {write(third)})"


def _three_digits(value: float) -> str:
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}"
