"""The option that names exercises elsewhere; what it does is tested with each command that has it."""

from __future__ import annotations

import pytest

from grader.cli.audit import audit
from grader.cli.kit import kit


@pytest.mark.parametrize("command", [audit, kit])
def test_it_is_the_same_wherever_it_is(command: object) -> None:
    """One name, one meaning."""
    parameters = {each.name: each for each in command.params}  # type: ignore[attr-defined]

    assert parameters["folder"].opts == ["--dir"]
