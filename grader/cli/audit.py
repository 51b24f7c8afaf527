"""`grader audit`: prove that exercises are sound."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli import exits
from grader.cli.elsewhere import exercises_elsewhere
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import tell
from grader.model import Text


@click.command(
    cls=Command,
    name="audit",
    short_help="Prove that exercises are sound.",
    help=(
        "Prove that exercises are sound: stubs score nothing, references and variants are accepted,"
        " every known mistake is named as itself."
    ),
)
@click.argument("slugs", nargs=-1, metavar="[SLUG ...]")
@option("--proof", is_flag=True, help="Fail on timings that are too noisy to judge, too.")
@exercises_elsewhere
def audit(slugs: tuple[str, ...], proof: bool, folder: Path | None) -> int:
    """Audit, and return the exit code."""
    from grader.audit import audit as prove
    from grader.catalog.find import require
    from grader.catalog.find import slugs as all_slugs
    from grader.config import content_at

    where = content_at(folder) if folder is not None else None
    wanted = tuple(require(slug, where) for slug in slugs) or all_slugs(where)
    language = language_of()
    watched = sys.stderr.isatty()  # progress on a terminal, none in a pipe

    def on_progress(step: Text) -> None:
        if watched:
            tell(step, language)

    result = prove(wanted, proof=proof, on_progress=on_progress, content=where)
    for line in result.lines:
        click.echo(line.in_language(language))
    return exits.ACCEPTED if result.ok else exits.NOT_ACCEPTED
