"""Values in a few characters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from grader.model import Call, HandleRef
from grader.values import describe, describe_call, element_count, snippet


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (torch.ones(2, 3, dtype=torch.float64), "tensor float64 (2, 3)"),
        (np.ones(3, dtype=np.float32), "array float32 (3,)"),
        ([1, 2], "list[2]"),
        ((1,), "tuple[1]"),
        ({"a": 1}, "dict[1]"),
        ("abc", "str[3]"),
        (1.5, "float"),
        (True, "bool"),
        (None, "None"),
        (HandleRef(0, "Module"), "Module"),
    ],
)
def test_describe(value: object, text: str) -> None:
    """What a value is, without its contents."""
    assert describe(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (None, "None"),
        (torch.tensor([[1.0, 2.0], [3.0, float("nan")]]), "[[1, 2], [3, nan]]"),
        (torch.tensor([True, False]), "[True, False]"),
        ([1, "a", None], "[1, 'a', None]"),
        ((1,), "(1,)"),
        ({"k": [1.0]}, "{'k': [1]}"),
        (torch.zeros(0, 2), "empty (0, 2)"),
        (HandleRef(0, "Module"), "<Module>"),
        (torch.tensor(0.25).bfloat16(), "0.25"),
    ],
)
def test_small_values_are_whole(value: object, text: str) -> None:
    """Small values are printed as they are."""
    assert snippet(value) == text


def test_large_arrays_are_cut_around_the_index() -> None:
    """The row that holds the index is shown, a few elements to each side."""
    value = torch.arange(200, dtype=torch.float64).reshape(2, 100)
    assert snippet(value, index=(1, 50)) == "[1, 47:54] = […, 147, 148, 149, 150, 151, 152, 153, …]"
    assert snippet(value).startswith("[0, 0:4] = [0, 1, 2, 3, …]")


def test_hostile_values_stay_short() -> None:
    """Neither size nor depth makes a text long or slow."""
    deep: Any = 1
    for _ in range(3000):
        deep = [deep]
    for value in (
        deep,
        ["x" * 10**6] * 10**5,
        {str(n): [n] * 50 for n in range(5000)},
        torch.zeros(10**6),
        "é" * 10**7,
    ):
        assert len(snippet(value)) <= 240
        assert len(describe(value)) <= 60
        assert element_count(value) >= 1


def test_element_count() -> None:
    """Leaves are counted through lists and mappings."""
    assert element_count((torch.ones(2, 3), [1, 2], {"a": "xyz"}, None)) == 6 + 2 + 3 + 1


def test_calls_read_like_code() -> None:
    """Arrays by dtype and shape, small values as they are, long ones described."""
    q = torch.ones(2, 3, 7, 5, dtype=torch.float64)
    call = Call(target="function", name="attend", function="attend", arguments=(q, 3), keywords={"causal": True})
    assert describe_call(call) == "attend(float64 (2, 3, 7, 5), 3, causal=True)"
    assert describe_call(call, ["q", "n"]) == "attend(q: float64 (2, 3, 7, 5), n: 3, causal=True)"
    long = Call(target="support", name="probe", function="attend", arguments=(list(range(100)),))
    assert describe_call(long) == "support.probe(list[100])"


def test_calls_on_objects() -> None:
    """A call on an object names its class; the object itself is called without a name."""
    receiver = HandleRef(0, "MultiHead")
    call = Call(target="method", name="", function="MultiHead", receiver=receiver, arguments=(torch.ones(2),))
    assert describe_call(call) == "MultiHead(...)(float32 (2,))"
    named = Call(target="method", name="eval", function="MultiHead", receiver=HandleRef(0))
    assert describe_call(named) == "MultiHead(...).eval()"
