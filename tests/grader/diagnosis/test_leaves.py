"""Matching pieces of two values."""

from __future__ import annotations

from grader.diagnosis.leaves import leaves


def test_same_structure_is_taken_apart() -> None:
    """Paths are those of a difference."""
    assert leaves((1, {"k": [2]}), [3, {"k": (4,)}]) == [("[0]", 1, 3), ("[1]['k'][0]", 2, 4)]


def test_other_structure_is_left_whole() -> None:
    """Unequal lengths or keys, and plain values, are one piece."""
    assert leaves([1], [1, 2]) == [("", [1], [1, 2])]
    assert leaves({"a": 1}, {"b": 1}) == [("", {"a": 1}, {"b": 1})]
    assert leaves(1, 2) == [("", 1, 2)]
