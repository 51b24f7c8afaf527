"""`grader report`: a gradebook as a site of pages."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli import exits
from grader.cli.cohort_options import anonymous_option, gradebook_option, gradebook_path, rules_for, rules_option
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import tell
from grader.i18n import say_count


@click.command(
    cls=Command,
    name="report",
    short_help="Show where a cohort stands.",
    help="Show where a cohort stands: an index and a page for each candidate, to be opened without a server.",
)
@gradebook_option
@option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder of the pages; otherwise report/ beside the gradebook. An earlier report in it is replaced.",
)
@rules_option
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
@anonymous_option
def report(gradebook: Path | None, out: Path | None, rules: Path | None, lang: str | None, anonymous: bool) -> int:
    """Write the site, and return the exit code."""
    from grader.cohort.place import report_folder
    from grader.cohort.publish import refuse_to_replace
    from grader.gradebook import Gradebook

    language = language_of(lang)
    path = gradebook_path(gradebook)
    with Gradebook.open(path) as book:
        held = rules_for(book, rules)
        folder = report_folder(path) if out is None else out
        refuse_to_replace(folder)
        from grader.cohort.pages import INDEX, write_site  # it brings statistics and charts along

        count = write_site(book, held, language, folder, anonymous=anonymous)
    tell(say_count("{count} page: {file}", "{count} pages: {file}", count, file=(folder / INDEX).resolve()), language)
    return exits.ACCEPTED
