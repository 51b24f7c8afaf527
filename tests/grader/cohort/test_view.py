"""View models cannot be changed once made."""

from __future__ import annotations

import inspect

import msgspec
import pytest

from grader.cohort import view


def test_views_are_frozen_and_named_by_keyword() -> None:
    """A writer that changed one would change it for the next page."""
    structs = [
        each
        for _, each in inspect.getmembers(view, inspect.isclass)
        if issubclass(each, msgspec.Struct) and each.__module__ == view.__name__
    ]

    assert len(structs) > 15
    for each in structs:
        assert each.__struct_config__.frozen
        with pytest.raises(TypeError):
            each(*each.__struct_fields__)
