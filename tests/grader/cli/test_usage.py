"""Click's complaints in our words."""

from __future__ import annotations

import click
import pytest

from grader.cli.main import grader
from grader.cli.usage import explain


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "--no-timin"], "There is no option --no-timin. Did you mean --no-timing? See grader run --help."),
        (["list", "-x"], "There is no option -x. See grader list --help."),
        (["gra"], "There is no command gra. See grader --help."),
        (["run", "--lang", "fr"], "The value of --lang must be one of: en, zh. See grader run --help."),
        (["run", "--seed"], "The option --seed is used wrongly: Option '--seed' requires an argument."),
        (["run", "--seed", "a"], "The value of --seed does not fit: 'a' is not a valid integer."),
        (["explain"], "MISTAKE is missing. See grader explain --help."),
        (["completion"], "The value of SHELL must be one of: bash, zsh, fish. See grader completion --help."),
        (["list", "extra"], "The command line cannot be understood: Got unexpected extra argument"),
    ],
)
def test_each_kind_of_slip(arguments: list[str], sentence: str) -> None:
    """The option or command is named, and where to read on."""
    with pytest.raises(click.UsageError) as caught:
        grader.main(arguments, prog_name="grader", standalone_mode=False)

    text = explain(caught.value)

    assert text.en.startswith(sentence)
    assert text.zh != text.en
