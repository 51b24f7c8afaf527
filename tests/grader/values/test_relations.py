"""Relations between a wrong tensor and the right one."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.values import Relation, RelationKind, recognise, relations


@pytest.fixture
def want() -> torch.Tensor:
    """Right values of pairwise distinct odd sizes."""
    return torch.randn(2, 5, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(3))


def kinds(got: Any, want: Any, inputs: dict[str, Any] | None = None) -> list[RelationKind]:
    """The kinds that hold."""
    return [relation.kind for relation in relations(got, want, inputs)]


def test_ratio(want: torch.Tensor) -> None:
    """One factor over all elements is found with its value, and the rows' own factors are not said beside it."""
    (found,) = relations(want * 5**0.5, want)
    assert found.kind is RelationKind.RATIO
    assert found.number == pytest.approx(5**0.5)


def test_negated(want: torch.Tensor) -> None:
    """A flipped sign is said as such, not as a factor."""
    assert kinds(-want, want) == [RelationKind.NEGATED]


def test_transposed(want: torch.Tensor) -> None:
    """Two swapped axes are found by shape and values, the axes counted from the end."""
    assert relations(want.transpose(-1, -2), want) == (Relation(kind=RelationKind.TRANSPOSED, axes=(-2, -1)),)
    assert relations(want.transpose(0, 1), want)[0].axes == (-3, -2)
    square = want[0, :, :5]
    assert RelationKind.TRANSPOSED in kinds(square.t(), square)


def test_permuted(want: torch.Tensor) -> None:
    """The same slices in another order along one axis."""
    found = relations(want[:, [3, 0, 4, 2, 1]], want)
    assert found == (Relation(kind=RelationKind.PERMUTED, axes=(-2,)),)


def test_shifted(want: torch.Tensor) -> None:
    """Off by one position, whatever stands at the end."""
    later = torch.cat([torch.zeros(2, 1, 7, dtype=torch.float64), want[:, :-1]], dim=1)
    assert relations(later, want) == (Relation(kind=RelationKind.SHIFTED, axes=(-2,), number=1.0),)
    earlier = torch.cat([want[:, :, 1:], want[:, :, :1] * 9], dim=2)
    assert relations(earlier, want) == (Relation(kind=RelationKind.SHIFTED, axes=(-1,), number=-1.0),)


def test_equals_an_input(want: torch.Tensor) -> None:
    """The result is an argument, handed back."""
    value = want + 1.0
    found = relations(value.clone(), want, {"q": want * 2, "v": value, "scale": 3.0})
    assert found[0] == Relation(kind=RelationKind.EQUALS_INPUT, input="v")


def test_nan_in_rows(want: torch.Tensor) -> None:
    """Rows of NaN are told apart by whether the right rows are zero."""
    got, zeroed = want.clone(), want.clone()
    got[1, 3] = float("nan")
    assert kinds(got, want) == [RelationKind.NAN_IN_ROWS]
    zeroed[1, 3] = 0.0
    assert kinds(got, zeroed) == [RelationKind.NAN_IN_ZERO_ROWS]
    assert kinds(torch.full_like(want, float("nan")), want) == [RelationKind.NAN]
    got[0, 0, 0] = float("nan")
    assert kinds(got, zeroed) == []


def test_zeros_and_constant(want: torch.Tensor) -> None:
    """All zero, and one value everywhere."""
    assert kinds(torch.zeros_like(want), want) == [RelationKind.ZEROS]
    assert relations(torch.full_like(want, 0.25), want)[0] == Relation(kind=RelationKind.CONSTANT, number=0.25)


def test_offset(want: torch.Tensor) -> None:
    """One constant added."""
    (found,) = relations(want + 0.5, want)
    assert found.kind is RelationKind.OFFSET
    assert found.number == pytest.approx(0.5)


def test_rows_with_factors_of_their_own(want: torch.Tensor) -> None:
    """Each row is the right one times a number."""
    factors = torch.arange(1, 11, dtype=torch.float64).reshape(2, 5, 1)
    assert kinds(want * factors, want) == [RelationKind.ROW_RATIO]


def test_sums() -> None:
    """Rows that should sum to 1 and do not; and those that sum to 1 the other way."""
    scores = torch.randn(3, 4, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    weights = scores.softmax(-1)
    assert kinds(scores.softmax(-2), weights) == [RelationKind.SUMS_ON_OTHER_AXIS, RelationKind.ROW_SUMS]
    assert relations(scores.softmax(-2), weights)[0].axes == (-2,)
    assert RelationKind.ROW_SUMS not in kinds((scores * 2).softmax(-1), weights)


def test_no_relation_where_there_is_none(want: torch.Tensor) -> None:
    """Unrelated numbers, too few numbers, other shapes and other types have no relation."""
    other = torch.randn(2, 5, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
    assert kinds(other, want) == []
    assert kinds(torch.tensor([2.0, 4.0]), torch.tensor([1.0, 2.0])) == []
    assert kinds(torch.ones(3, 4), want) == []
    assert kinds([1.0], [2.0]) == []
    assert kinds(torch.ones(3, dtype=torch.complex64), torch.zeros(3, dtype=torch.complex64)) == []


def test_right_values_of_a_wrong_dtype_have_no_relation(want: torch.Tensor) -> None:
    """A factor of 1 is not said."""
    assert kinds(want.float(), want) == []


def test_vacuous_relations_are_not_said() -> None:
    """A shift of what is constant along an axis is none."""
    want = torch.ones(4, 5) * torch.tensor([[1.0], [2.0], [3.0], [4.0]])
    got = want.clone()
    got[0, 0] = 9.0
    assert kinds(got, want) == []


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (5**0.5, "2.236068 = √5"),
        (1 / 5**0.5, "0.4472136 = 1/√5"),
        (0.25, "0.25 = 1/4"),
        (16.0, "16"),
        (-1.0, "-1"),
        (-(3**0.5), "-1.732051 = -√3"),
        (1.2345, "1.2345"),
        (0.0, "0"),
        (float("inf"), "inf"),
        (1e-12, "1e-12"),
    ],
)
def test_recognise(number: float, text: str) -> None:
    """Whole numbers, roots and inverses are recognised; anything else is printed."""
    assert recognise(number) == text
