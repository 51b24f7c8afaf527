"""`grader start`: lay out a folder to work in."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.naming import slug_argument
from grader.cli.page import Command, option
from grader.cli.speech import tell
from grader.i18n import say


@click.command(
    cls=Command,
    name="start",
    short_help="Begin to work on an exercise.",
    help=(
        "Begin to work on an exercise: a folder with the stub, the task, and tests that plain pytest runs."
        " What is there already is never overwritten."
    ),
)
@slug_argument()
@option(
    "--dir",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to work in; otherwise one named after the exercise, here.",
)
@option("--reset", is_flag=True, help="Begin anew; what was changed is kept in a dated folder.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def start(slug: str, folder: Path | None, reset: bool, lang: str | None) -> int:
    """Lay out, say what to do next, and return the exit code."""
    from grader.catalog.load import load
    from grader.practice.workspace import lay_out

    language = language_of(lang)
    exercise = load(slug)
    made = lay_out(exercise, folder or Path(slug), language, reset=reset)
    if made.saved is not None:
        tell(say("What you had is kept in {folder}.", folder=made.saved), language)
    for file in made.created:
        click.echo(made.folder / file)
    if made.kept:
        tell(say("Left as they were: {files}.", files=", ".join(str(each) for each in made.kept)), language)
    tell(say("{title}, about {minutes} minutes.", title=exercise.title, minutes=exercise.minutes), language)
    file = made.folder / exercise.stub.name
    tell(say("Read README.md and write {file}. To see each save graded:", file=file), language)
    tell(f"  grader watch {shlex.quote(str(file))}", language)
    return exits.ACCEPTED
