"""`grader export`: a gradebook for another program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.cohort_options import anonymous_option, gradebook_option, gradebook_path, rules_for, rules_option
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import tell
from grader.i18n import say

if TYPE_CHECKING:
    from grader.cohort.exports.write import Target

STANDARD_OUTPUT = "-"


@click.command(
    cls=Command,
    name="export",
    short_help="Hand grades on to another program.",
    help="Hand grades on to another program: a spreadsheet, a script, a build server, Gradescope, Canvas.",
)
@option(
    "--to",
    type=click.Choice(["csv", "json", "junit", "gradescope", "canvas"]),
    required=True,
    help="The format.",
)
@option("--out", "file", metavar="FILE", help="The file to write; - is standard output.")
@gradebook_option
@rules_option
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
@anonymous_option
def export(
    to: Target, file: str | None, gradebook: Path | None, rules: Path | None, lang: str | None, anonymous: bool
) -> int:
    """Write one document, and return the exit code."""
    from grader.cohort.exports.write import FILES
    from grader.cohort.exports.write import export as make
    from grader.gradebook import Gradebook
    from grader.report.write import write_report

    language = language_of(lang)
    path = gradebook_path(gradebook)
    with Gradebook.open(path) as book:
        document = make(
            book,
            rules_for(book, rules),
            to,
            language,
            anonymous=anonymous,
            note=lambda text: tell(text, language),
        )
    if file == STANDARD_OUTPUT:
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
        return exits.ACCEPTED
    target = Path(file) if file is not None else path.parent / FILES[to]
    write_report(target, document)
    tell(say("Written: {file}", file=target.resolve()), language)
    return exits.ACCEPTED
