"""The sentences of a difference, in both languages."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.values import difference


@pytest.mark.parametrize(
    ("got", "want", "english"),
    [
        (
            np.ones(2),
            torch.ones(2),
            "result is a numpy array; a torch tensor is asked for, and no array passes for one.",
        ),
        (None, torch.ones(2), "result is None; a torch tensor is asked for. Is a return missing?"),
        (True, 1.0, "result is a bool; a number is asked for, and a bool does not pass for one."),
        ("x", [1], "result is str[1]; a list or tuple is asked for."),
        ([1], {"a": 1}, "result is list[1]; a dict is asked for."),
        ([1], [1, 2], "result has 1 items; there should be 2."),
        ({}, {"a": 1}, "result lacks the key 'a'."),
        (1, "x", "result is int; str is asked for."),
    ],
)
def test_the_contracts_words(got: object, want: object, english: str) -> None:
    """The sentence says what is asked for, in English and in Chinese."""
    found = difference(got, want)
    assert found is not None
    assert found.text.en == english
    assert found.text.zh != english
    assert any("\u4e00" <= character <= "\u9fff" for character in found.text.zh)


def test_types_and_shapes_stand_for_the_values() -> None:
    """Where the shape is wrong the snippets show shapes, not numbers."""
    found = difference(torch.ones(2, 3), torch.ones(3, 2))
    assert found is not None
    assert (found.expected, found.got) == ("tensor float32 (3, 2)", "tensor float32 (2, 3)")
