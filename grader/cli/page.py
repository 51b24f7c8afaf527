"""Help pages in both languages.

Options and commands carry their English help as usual; it is looked up when a page is drawn, so `--help` in English
never loads a translation.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import click
from click.decorators import FC

from grader.cli.language import language_of
from grader.i18n import gettext_for


def translate(sentence: str) -> str:
    """A sentence of a help page in the language of the environment."""
    return gettext_for(language_of())(sentence) if sentence else ""


class Command(click.Command):
    """A command whose page is drawn in the reader's language."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=translate("Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translate(self.help or ""))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = (each for each in self.get_params(ctx) if isinstance(each, click.Option))
        records = [(each, record) for each in options if (record := each.get_help_record(ctx)) is not None]
        with _section(formatter, translate("Options:")):
            formatter.write_dl([(names, _with_range(each, said)) for each, (names, said) in records])

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        return translate(self.short_help or self.help or "")


class Group(Command, click.Group):
    """The group, with its commands in the order in which a newcomer meets them."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        Command.format_options(self, ctx, formatter)
        rows = [(name, command.get_short_help_str()) for name, command in self.commands.items()]
        with _section(formatter, translate("Commands:")):
            formatter.write_dl(rows)


def _section(formatter: click.HelpFormatter, heading: str) -> AbstractContextManager[None]:
    """What click's own does, for a heading that ends with its language's colon."""
    formatter.write_paragraph()
    formatter.write(f"{heading}\n")
    return formatter.indentation()


def _with_range(option: click.Option, said: str) -> str:
    """The option's sentence, translated, with what click says behind it: a range, or that it must be given."""
    sentence = option.help or ""
    return translate(sentence) + said.removeprefix(sentence).replace("[required]", f"[{translate('required')}]")


def option(*names: str, help: str, **settings: Any) -> Callable[[FC], FC]:  # noqa: A002  click's own word
    """A click option whose help is one plain sentence, so that it can be translated."""
    return click.option(*names, help=help, show_default=False, **settings)
