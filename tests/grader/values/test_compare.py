"""Equality by the contract's rules."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import torch

from grader.model import HandleRef
from grader.values import Tolerance, difference
from grader.values.compare import alike


class Pair(NamedTuple):
    """A named tuple as a candidate may return it."""

    out: object
    weights: object


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.float64(1.5), 1.5),
        (np.float32(1.5), 1.5),
        (torch.tensor(1.5, dtype=torch.float64), 1.5),
        (np.int32(3), 3),
        (3.0, 3),
        (3, 3.0),
        (0.1 + 0.2 + 29.7, 30),
        (np.True_, True),
        ([1, 2], (1, 2)),
        (Pair(1.0, 2.0), [1.0, 2.0]),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (float("nan"), float("nan")),
        (float("inf"), float("inf")),
        (None, None),
        (HandleRef(0, "A"), HandleRef(3, "B")),
        (torch.nn.Parameter(torch.ones(2)), torch.ones(2)),
        (torch.tensor([float("nan"), 1.0]), torch.tensor([float("nan"), 1.0])),
        (torch.zeros(0, 3), torch.zeros(0, 3)),
        (torch.ones(2, 3).t().contiguous().t(), torch.ones(2, 3)),
        (torch.tensor([2**62 + 1]), torch.tensor([2**62 + 1])),
    ],
)
def test_what_passes(got: object, want: object) -> None:
    """Scalars of numpy and torch pass for numbers, list and tuple for each other, any mapping for a dict."""
    assert difference(got, want) is None


@pytest.mark.parametrize(
    ("got", "want", "kind"),
    [
        (np.ones(3), torch.ones(3, dtype=torch.float64), "type"),
        (torch.ones(3, dtype=torch.float64), np.ones(3), "type"),
        (True, 1, "type"),
        (np.True_, 1.0, "type"),
        (torch.tensor(True), 1, "type"),
        (1, True, "type"),
        (1.0, torch.tensor(1.0), "type"),
        (None, torch.ones(2), "type"),
        ([1.0, 2.0], torch.tensor([1.0, 2.0]), "type"),
        ("1", 1, "type"),
        (HandleRef(0), 1.0, "type"),
        (object(), object(), "type"),
        ([1, 2], [1, 2, 3], "length"),
        ({"a": 1}, {"a": 1, "b": 2}, "keys"),
        ({"a": 1, "b": 2}, {"a": 1}, "keys"),
        (torch.ones(2, 3), torch.ones(3, 2), "shape"),
        (torch.ones(3, 1), torch.ones(3), "shape"),
        (torch.ones(3), torch.ones(3, dtype=torch.float64), "dtype"),
        (torch.ones(3, dtype=torch.int64), torch.ones(3, dtype=torch.bool), "dtype"),
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.1]), "value"),
        (torch.tensor([float("inf")]), torch.tensor([1.0]), "value"),
        (torch.tensor([1.0]), torch.tensor([float("inf")]), "value"),
        (torch.tensor([-float("inf")]), torch.tensor([float("inf")]), "value"),
        (torch.tensor([float("nan")]), torch.tensor([1.0]), "nan"),
        (torch.tensor([1.0]), torch.tensor([float("nan")]), "nan"),
        (torch.tensor([2**62]), torch.tensor([2**62 + 1]), "value"),
        (float("nan"), 1.0, "nan"),
        (1696939201.0, 1696939200, "value"),
        (1e308 * 10, 1.0, "value"),
        ("a", "b", "value"),
        (False, True, "value"),
    ],
)
def test_what_fails(got: object, want: object, kind: str) -> None:
    """Each breach of the contract is of its own kind."""
    found = difference(got, want)
    assert found is not None
    assert found.kind == kind
    assert found.text.en.startswith("result")


@pytest.mark.parametrize(
    ("dtype", "inside", "outside"),
    [
        (torch.float64, 1e-7, 3e-7),
        (torch.float32, 1e-4, 3e-4),
        (torch.float16, 1.5e-2, 5e-2),
        (torch.bfloat16, 5e-2, 2e-1),
    ],
)
def test_the_tolerance_is_the_dtypes_own(dtype: torch.dtype, inside: float, outside: float) -> None:
    """An error inside the dtype's tolerance passes and a larger one does not."""
    want = torch.full((4,), 2.0, dtype=dtype)
    assert difference((want.double() + inside).to(dtype), want) is None
    assert difference((want.double() + outside).to(dtype), want) is not None


def bare(value: object) -> object:
    return value


def inside(value: object) -> object:
    return {"mean": [value]}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("wrap", [bare, inside], ids=["bare", "inside"])
def test_few_digits_buy_no_tolerance(dtype: torch.dtype, wrap: Callable[[object], object]) -> None:
    """Where a plain number is asked for nobody chooses, by giving a coarse one, how coarse it may be."""
    assert difference(wrap(torch.tensor(0.0, dtype=dtype)), wrap(0.04)) is not None
    assert difference(wrap(torch.tensor(1.0, dtype=dtype)), wrap(1.01)) is not None
    assert difference(wrap(torch.tensor(0.5, dtype=dtype)), wrap(0.5)) is None
    assert difference(wrap(torch.tensor(1.0 / 3.0, dtype=torch.float32)), wrap(1.0 / 3.0)) is None


def test_half_slack_widens_half_precision_alone() -> None:
    """The slack is for rounding in half precision; float64 keeps its tolerance."""
    half, double = torch.ones(3, dtype=torch.float16), torch.ones(3, dtype=torch.float64)
    assert difference(half + 0.05, half) is not None
    assert difference(half + 0.05, half, half_slack=4.0) is None
    assert difference(double + 1e-6, double, half_slack=4.0) is not None


def test_a_tolerance_of_ones_own() -> None:
    """A given tolerance replaces the dtype's for inexact numbers and leaves whole numbers exact."""
    wide = Tolerance(0.5, 0.0)
    assert difference(torch.tensor([1.4]), torch.tensor([1.0]), tolerance=wide) is None
    assert difference(1.4, 1.0, tolerance=wide) is None
    assert difference(torch.tensor([2]), torch.tensor([1]), tolerance=Tolerance(5.0, 0.0)) is not None


def test_structure_is_said_before_values() -> None:
    """A wrong shape in the second element matters more than a wrong value in the first."""
    found = difference((torch.zeros(2), torch.ones(3)), (torch.ones(2), torch.ones(2)))
    assert found is not None
    assert (found.kind, found.path) == ("shape", "[1]")
    assert found.text.en == "result[1] has shape (3,); it should have shape (2,)."
    assert "(2,)" in found.text.zh


def test_the_largest_error_is_found() -> None:
    """Index, size and number of errors are those of the array."""
    want = torch.zeros(2, 3, dtype=torch.float64)
    got = want.clone()
    got[0, 1], got[1, 2] = 0.5, -2.0
    found = difference({"loss": got}, {"loss": want})
    assert found is not None
    assert (found.path, found.index, found.max_error) == ("['loss']", (1, 2), 2.0)
    assert (found.wrong_count, found.total_count) == (2, 6)


def test_an_infinite_error_is_the_largest() -> None:
    """Infinity in the wrong place counts as the largest error."""
    found = difference(torch.tensor([5.0, float("inf")]), torch.tensor([1.0, 1.0]))
    assert found is not None
    assert found.index == (1,)
    assert found.max_error == float("inf")


def test_nan_points_to_its_place() -> None:
    """The first NaN that should be a number is the index; matching NaNs are no difference."""
    nan = float("nan")
    found = difference(torch.tensor([[nan, 1.0], [nan, 2.0]]), torch.tensor([[nan, 1.0], [0.0, 2.0]]))
    assert found is not None
    assert (found.kind, found.index, found.wrong_count) == ("nan", (1, 0), 1)


def test_sentences_never_hold_a_wanted_value() -> None:
    """The message can be shown where hidden values must not be; the snippet holds the value."""
    found = difference(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 7.654]))
    assert found is not None
    assert "7.65" not in found.text.en + found.text.zh
    assert "7.654" in found.expected


def test_deep_nesting_is_refused() -> None:
    """A claim nested without end ends as a difference of type, not as a crash."""
    got: object = 1
    want: object = 1
    for _ in range(2000):
        got, want = [got], [want]
    found = difference(got, want)
    assert found is not None
    assert found.kind == "type"


def test_neither_torch_nor_numpy_is_imported() -> None:
    """Comparing plain numbers and words needs no library."""
    code = (
        "import sys; from grader.values import difference, describe; "
        "assert difference([1, 'a', {'k': 2.0}], (1, 'a', {'k': 2.0})) is None; "
        "assert not {'torch', 'numpy', 'babel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_complex_numbers_of_any_size_compare() -> None:
    """Their size may be beyond what a float holds."""
    huge, small = np.array([1.5e308 + 1.5e308j]), np.array([1 + 0j])

    assert not alike(huge, small)
    assert alike(huge, huge)


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_alike_says_what_difference_says(scale: float) -> None:
    """The short way for pairs that differ from the first number on never differs from the long one."""
    rng = np.random.default_rng(5)
    for dtype in (np.float32, np.float64):
        for _ in range(200):
            want = (rng.normal(size=3) * scale).astype(dtype)
            got = (want * (1 + rng.choice([0, 1e-8, 1e-6, 2e-5, 1e-4, 1.0]) * rng.normal(size=3))).astype(dtype)
            assert alike(got, want) == (difference(got, want) is None or difference(want, got) is None)
