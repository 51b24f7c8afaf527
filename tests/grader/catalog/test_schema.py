"""The strict views of the nouns."""

from __future__ import annotations

import msgspec
import pytest

from grader.catalog import schema
from grader.model import Budget


def test_every_limit_of_a_budget_is_guarded() -> None:
    """A limit added to the model without a bound here would let an author write minus one."""
    for field in msgspec.structs.fields(Budget):
        with pytest.raises(msgspec.ValidationError, match=field.name):
            msgspec.convert({field.name: -1}, schema.BudgetEntry)


def test_keys_are_those_of_all_tables() -> None:
    """The nearest key is looked for in nested tables too."""
    assert {"order", "requires", "en", "observes", "call_wall_s"} <= schema.keys_of(schema.ExerciseFile)
    assert "requires" not in schema.keys_of(schema.MistakeFile)
