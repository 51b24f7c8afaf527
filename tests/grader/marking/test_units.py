"""Units in two languages: bits are not bytes, 1000 is not 1024, and what is counted has no dimension."""

from __future__ import annotations

import pytest

from grader.marking.units import read_unit

TIME, SIZE, SPEED, RATE, WORK, INTENSITY, NONE = (
    (1, 0, 0),
    (0, 1, 0),
    (-1, 1, 0),
    (-1, 0, 0),
    (0, 0, 1),
    (0, -1, 1),
    (0, 0, 0),
)


@pytest.mark.parametrize(
    ("text", "factor", "dimension"),
    [
        ("ms", 1e-3, TIME),
        ("毫秒", 1e-3, TIME),
        ("Seconds", 1.0, TIME),
        ("μs", 1e-6, TIME),
        ("ms per token", 1e-3, TIME),
        ("毫秒每token", 1e-3, TIME),
        ("B", 1.0, SIZE),
        ("KB", 1e3, SIZE),
        ("KiB", 1024.0, SIZE),
        ("Kb", 125.0, SIZE),
        ("Gbit", 1.25e8, SIZE),
        ("GiB", 1024.0**3, SIZE),
        ("千字节", 1e3, SIZE),
        ("bytes per token", 1.0, SIZE),
        ("GB/s", 1e9, SPEED),
        ("GB/秒", 1e9, SPEED),
        ("TB per second", 1e12, SPEED),
        ("tok/s", 1.0, RATE),
        ("tokens a second", 1.0, RATE),
        ("个token/秒", 1.0, RATE),
        ("/s", 1.0, RATE),
        ("TFLOP", 1e12, WORK),
        ("FLOP/byte", 1.0, INTENSITY),
        ("FLOPs per byte", 1.0, INTENSITY),
        ("TFLOPS", 1e12, (-1, 0, 1)),
        ("tokens", 1.0, NONE),
        ("%", 0.01, NONE),
        ("倍", 1.0, NONE),
    ],
)
def test_units(text: str, factor: float, dimension: tuple[int, int, int]) -> None:
    """A factor to seconds, bytes and FLOP, and the exponents of the three."""
    unit, end = read_unit(text, 0)

    assert unit is not None and end == len(text)
    assert unit.factor == pytest.approx(factor) and unit.dimension == dimension


@pytest.mark.parametrize("text", ["", "bananas", "kb", "because", "mst", "Mi"])
def test_what_is_no_unit(text: str) -> None:
    """`kb` is none: in small letters nobody can tell bits from bytes."""
    assert read_unit(text, 0)[0] is None
