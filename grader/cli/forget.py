"""`grader forget`: erase a person from the gradebook, and the pages that were made from it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import complain, put
from grader.errors import UsageError
from grader.i18n import say


@click.command(
    cls=Command,
    name="forget",
    short_help="Erase a candidate for good.",
    help=(
        "Erase a candidate for good: submissions, reports, decisions and name, and the report pages of the whole"
        " cohort, which can be made again. What was exported or handed in elsewhere is not ours to erase."
    ),
)
@click.argument("candidate", metavar="CANDIDATE")
@option("--yes", is_flag=True, help="Do not ask.")
@option(
    "--gradebook", "file", metavar="FILE", type=click.Path(path_type=Path), help="The gradebook; otherwise in ./grades."
)
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def forget(candidate: str, yes: bool, file: Path | None, lang: str | None) -> int:
    """Forget, and return the exit code."""
    from grader.cohort import place
    from grader.cohort.publish import erase
    from grader.gradebook import Gradebook
    from grader.gradebook.connection import sole
    from grader.report.sanitize import clean_line

    language = language_of(lang)
    file = file or place.gradebook_file()
    with Gradebook.open(file) as book, sole(file):
        found = book.candidate(candidate)
        if found is None:
            raise UsageError.of(say("There is no candidate {name!r} in {file}.", name=candidate, file=file))
        shown = clean_line(found.name)
        count = len(book.attempts(candidate_id=found.id))
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError.of(say("Nobody can be asked here. Give --yes to erase {name}.", name=shown))
            question = say("Erase {name} with all {count} attempts? This cannot be undone.", name=shown, count=count)
            if not click.confirm(question.in_language(language), err=True):
                return exits.NOT_ACCEPTED
        pages = place.report_folder(file)
        had_pages = os.path.lexists(pages)
        erase(pages)
        whole = book.forget(found.id)
    lines = [say("{name} is erased from {file}.", name=shown, file=file)]
    if os.path.lexists(pages):
        lines.append(say("{folder} is not a report of ours, or a link to one, and was left as it is.", folder=pages))
    elif had_pages:
        lines.append(say("The report pages in {folder} are gone.", folder=pages))
    lines.append(
        say(
            "Delete what was handed in too, or the next grader grade takes it in again, and exports and report pages"
            " that lie elsewhere; then run grader report."
        )
    )
    for line in lines:
        put(line, language)
    if not whole:
        complain(
            say("Another program has {file} open: until it ends, the old bytes can still be read there.", file=file),
            language,
        )
    return exits.ACCEPTED if whole else exits.NOT_ACCEPTED
