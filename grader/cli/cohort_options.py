"""Options that the commands on a gradebook share, and opening what they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.page import option

if TYPE_CHECKING:
    from grader.cohort.rules import Rules
    from grader.gradebook import Gradebook

gradebook_option = option(
    "--gradebook",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The gradebook; otherwise grades/gradebook.sqlite.",
)
rules_option = option(
    "--rules",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Weights, deadlines and late rules; otherwise cohort.toml beside the gradebook, if there is one.",
)
anonymous_option = option("--anonymous", is_flag=True, help="Numbers instead of names.")


def gradebook_path(given: Path | None) -> Path:
    """The gradebook that is meant."""
    from grader.cohort.place import gradebook_file

    return gradebook_file() if given is None else given


def rules_for(book: Gradebook, given: Path | None) -> Rules:
    """The rules that hold for a gradebook.

    Raises:
        UsageError: the file is broken, or names what is not there.
    """
    from grader.catalog.find import slugs
    from grader.cohort.rules import FILE_NAME, read_rules

    beside = book.path.parent / FILE_NAME
    file = given if given is not None else beside if beside.is_file() else None
    handed_in = book.exercises()
    return read_rules(file, sorted({*handed_in, *slugs()}), handed_in)  # what is not handed in yet may stand there
