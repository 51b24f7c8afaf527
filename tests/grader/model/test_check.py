"""A check as its author declares it."""

from __future__ import annotations

import msgspec
import pytest

from grader.model import Check, CheckKind, Text

FIELDS = {
    "id": "add_values",
    "title": {"en": "Equal", "zh": "相等"},
    "part": "small",
    "function": "add",
    "points": 6,
    "visibility": "hidden",
    "kind": "value",
}


def test_a_check_says_only_what_it_must() -> None:
    """It needs nothing, belongs to the quick ones, and has no budget, unless told otherwise."""
    check = msgspec.convert(FIELDS, Check)

    assert check.title == Text("Equal", "相等")
    assert (check.needs, check.full, check.budget) == ((), False, None)


@pytest.mark.parametrize(("field", "value"), [("kind", "speed"), ("visibility", "secret")])
def test_kinds_and_visibilities_are_closed_lists(field: str, value: str) -> None:
    """A slip of the author's is an error, not another kind of check."""
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert({**FIELDS, field: value}, Check)


def test_the_measured_kinds_are_told_apart() -> None:
    """Time and memory have budgets; the other three compare values."""
    assert [each.value for each in CheckKind] == ["value", "property", "robust", "time", "memory"]
