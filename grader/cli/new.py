"""`grader new`: the files of a new exercise, with marked blanks."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import tell
from grader.i18n import say


@click.command(
    cls=Command,
    name="new",
    short_help="Begin a new exercise.",
    help=(
        "Begin a new exercise: write its files with marked blanks. `grader audit SLUG` lists the blanks that are left,"
        " and proves the exercise once they are filled."
    ),
)
@click.argument("slug")
@option(
    "--dir",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where exercises/, solutions/ and tests/hidden/ lie; otherwise the checkout of the grader, or the current"
    " folder.",
)
@option("--function", metavar="NAME", default="solve", help="The function that candidates are to write.")
def new(slug: str, folder: Path | None, function: str) -> int:
    """Write, say what to fill, and return the exit code."""
    from grader.audit.scaffold import scaffold
    from grader.config import checkout

    language = language_of()
    root = folder or checkout() or Path()
    files = scaffold(slug, root, function=function)
    for file in files:
        click.echo(file)
    option = "" if root == checkout() else f" --dir {shlex.quote(str(root))}"
    tell(
        say(
            "Fill in every FILL-IN[...], in this order if you like, then: grader audit {slug}{option}",
            slug=slug,
            option=option,
        ),
        language,
    )
    return exits.ACCEPTED
