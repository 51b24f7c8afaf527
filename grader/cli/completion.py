"""`grader completion`: what a shell needs to complete our commands, options, exercises and mistakes."""

from __future__ import annotations

import sys

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command
from grader.cli.speech import tell
from grader.i18n import say

VARIABLE = "_GRADER_COMPLETE"


@click.command(
    cls=Command,
    name="completion",
    short_help="Print what a shell needs to complete commands.",
    help='Print what a shell needs to complete commands, as in: eval "$(grader completion bash)"',
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> int:
    """Print, and return the exit code."""
    from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

    kinds: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    completer = kinds[shell](ctx.find_root().command, {}, "grader", VARIABLE)
    # Click's script for fish cuts a description at its first comma; it is the last field, and may hold some.
    click.echo(completer.source().replace('string split ","', 'string split -m 1 ","'))
    if sys.stdout.isatty():
        tell(say("This is for your shell to read; docs/practice.md says where to put it."), language_of())
    return exits.ACCEPTED
