"""What sort of plain value something is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.model import HandleRef
from grader.values import as_array, as_floats, as_scalar, dtype_of, kind_of, shape_of


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "none"),
        (True, "bool"),
        (np.True_, "bool"),
        (1, "number"),
        (np.float32(1), "number"),
        ("a", "text"),
        (b"a", "bytes"),
        ((), "sequence"),
        ({}, "mapping"),
        (torch.ones(()), "tensor"),
        (np.ones(()), "array"),
        (HandleRef(0), "handle"),
        (object(), "other"),
        (np.complex64(1), "other"),
        (1j, "other"),
    ],
)
def test_kind_of(value: object, kind: str) -> None:
    """Every plain value has one kind; anything else is "other"."""
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(1, "int64"), (1.0, "float64"), (np.float16(1), "float16"), (torch.ones(1).bfloat16(), "bfloat16")],
)
def test_dtype_of(value: object, dtype: str) -> None:
    """The bare name, whatever the library."""
    assert dtype_of(value) == dtype


def test_as_scalar() -> None:
    """Scalars of all libraries become plain numbers; arrays of one element do not."""
    assert as_scalar(torch.tensor(2)) == 2
    assert as_scalar(np.array(2.5)) == 2.5
    assert as_scalar(np.True_) is True
    assert as_scalar(torch.ones(1)) is None
    assert as_scalar("2") is None


def test_half_precision_is_widened_without_loss() -> None:
    """float16 and bfloat16 become float32 with the same values."""
    values = torch.tensor([0.1, 300.0, -2.5])
    for dtype in (torch.float16, torch.bfloat16):
        array = as_array(values.to(dtype))
        assert array.dtype == np.float32
        assert (torch.from_numpy(array) == values.to(dtype).float()).all()


def test_tensors_with_a_graph_and_odd_layouts() -> None:
    """A tensor that needs gradients, and a sparse one, are read as they are."""
    assert as_array(torch.ones(2, requires_grad=True)).tolist() == [1.0, 1.0]
    assert as_array(torch.eye(2).to_sparse()).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert as_floats(torch.tensor([True, False])).tolist() == [1.0, 0.0]
    assert shape_of(torch.ones(2, 3)) == (2, 3)
    with pytest.raises(TypeError):
        as_array([1.0])
