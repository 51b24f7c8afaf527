"""The pages on practising name nothing that is not there, in either language."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from grader.catalog.find import slugs
from grader.catalog.load import load
from grader.cli.main import grader
from grader.config import DATA_DIR_VARIABLE
from grader.magic import _parser
from grader.server.client import IDLE_VARIABLE

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = ["practice.md", "practice.zh.md"]


def options() -> set[str]:
    """Every option of every command, and of the notebook's magic."""
    found = {name for action in _parser()._actions for name in action.option_strings}
    commands: list[click.Command] = [grader]
    while commands:
        command = commands.pop()
        found |= {name for each in command.params if isinstance(each, click.Option) for name in each.opts}
        commands.extend(command.commands.values() if isinstance(command, click.Group) else ())
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one(page: str) -> None:
    """With the exercise or the mistake that it is shown with."""
    text = (DOCS / page).read_text(encoding="utf-8")
    known = {*slugs(), *(mistake.id for slug in slugs() for mistake in load(slug).mistakes)}

    uses = re.findall(r"(?:^|[`(\"])grader ([a-z][a-z-]*)(?: ([a-z0-9_]+))?", text, re.MULTILINE)

    assert len(uses) > 12
    assert [name for name, _ in uses if name not in grader.commands] == []
    shown = [what for name, what in uses if what and name in ("start", "watch", "hint", "explain", "solution")]
    assert [what for what in shown if what not in known] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_option_and_variable_is_one(page: str) -> None:
    """As it is spelled."""
    text = (DOCS / page).read_text(encoding="utf-8")

    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= options()
    assert set(re.findall(r"GRADER_[A-Z_]+", text)) <= {"GRADER_LANG", DATA_DIR_VARIABLE, IDLE_VARIABLE}


def test_both_pages_show_the_same_commands() -> None:
    """Block for block, comments aside."""
    blocks = [
        [re.sub(r"\s*#.*", "", line) for line in re.findall(r"^(?:grader|%).*", (DOCS / page).read_text("utf-8"), re.M)]
        for page in PAGES
    ]

    assert blocks[0] == blocks[1]
