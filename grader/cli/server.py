"""`grader server`: how it goes with the warm server, and ending it."""

from __future__ import annotations

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, Group
from grader.i18n import say
from grader.model import Language


@click.group(
    cls=Group,
    name="server",
    short_help="Look after the warm server.",
    help="The warm server keeps libraries loaded between two commands. Nothing depends on it; it ends when idle.",
)
def server() -> None:
    """Nothing of its own to do."""


@server.command(cls=Command, name="status", help="Say whether a warm server runs, and what it holds.")
def status() -> int:
    """Say, and return the exit code."""
    from grader.server.client import standing

    language = language_of()
    found = standing()
    if found is None:
        _say_none(language)
        return exits.NOT_ACCEPTED
    text = say(
        "The warm server (process {pid}) has been up for {minutes} min and graded {served}; it ends after {limit} idle"
        " minutes.",
        pid=found.pid,
        minutes=round(found.up_s / 60),
        served=found.served,
        limit=f"{found.idle_limit_s / 60:g}",
    )
    click.echo(text.in_language(language))
    if found.warm:
        click.echo(say("Loaded: {exercises}.", exercises=", ".join(found.warm)).in_language(language))
    if found.busy:
        click.echo(say("It is grading just now.").in_language(language))
    return exits.ACCEPTED


@server.command(cls=Command, name="stop", help="End the warm server now, and those of other versions.")
def stop() -> int:
    """End it, and return the exit code."""
    from grader.server.client import standing
    from grader.server.client import stop as end

    language = language_of()
    ended = end()
    for each in ended:
        click.echo(say("The warm server (process {pid}) has ended.", pid=each.pid).in_language(language))
    left = standing()
    if left is not None:
        text = say("The warm server (process {pid}) was told to end, and has not yet.", pid=left.pid)
        click.echo(text.in_language(language))
        return exits.NOT_ACCEPTED
    if not ended:
        _say_none(language)
    return exits.ACCEPTED


def _say_none(language: Language) -> None:
    click.echo(say("No warm server runs for this version of the grader.").in_language(language))
