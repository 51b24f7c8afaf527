"""The tolerances of the contracts."""

from __future__ import annotations

import pytest

from grader.values import EXACT, Tolerance, tolerance_of


@pytest.mark.parametrize(
    ("dtype", "absolute", "relative"),
    [("float64", 1e-9, 1e-7), ("float32", 1e-5, 1e-4), ("float16", 1e-2, 1e-2), ("bfloat16", 5e-2, 2e-2)],
)
def test_the_contracts_numbers(dtype: str, absolute: float, relative: float) -> None:
    """Each float dtype has the tolerance that the contracts give it."""
    assert tolerance_of(dtype) == Tolerance(absolute, relative)


def test_whole_numbers_are_exact() -> None:
    """int, bool and unknown dtypes have no tolerance."""
    assert all(tolerance_of(dtype) == EXACT for dtype in ("int64", "bool", "uint8", "object"))
