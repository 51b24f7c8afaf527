"""`grader kit`: what candidates are given, as one zip."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli import exits
from grader.cli.elsewhere import exercises_elsewhere
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import tell
from grader.i18n import say_count


@click.command(
    cls=Command,
    name="kit",
    short_help="Make what candidates are given.",
    help=(
        "Make what candidates are given: stubs, tasks, visible tests, support and data, with a note on how to install."
        " Without SLUG, of all exercises."
    ),
)
@click.argument("slugs", nargs=-1, metavar="[SLUG ...]")
@option("--out", "file", metavar="FILE", required=True, type=click.Path(path_type=Path), help="The zip to write.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
@exercises_elsewhere
def kit(slugs: tuple[str, ...], file: Path, lang: str | None, folder: Path | None) -> int:
    """Write the zip, and return the exit code."""
    from grader.catalog.find import require
    from grader.catalog.find import slugs as all_slugs
    from grader.cohort.kit import kit as make
    from grader.config import content, content_at
    from grader.report.write import write_report

    language = language_of(lang)
    where = content() if folder is None else content_at(folder)
    wanted = tuple(dict.fromkeys(require(slug, where) for slug in slugs)) or all_slugs(where)
    write_report(file, make(wanted, where))
    tell(
        say_count(
            "Kit with {count} exercise: {file}", "Kit with {count} exercises: {file}", len(wanted), file=file.resolve()
        ),
        language,
    )
    return exits.ACCEPTED
