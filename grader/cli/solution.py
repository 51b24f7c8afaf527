"""`grader solution`: the reference and the worked explanation, for who has tried or gives up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.attempt import open_history
from grader.cli.language import language_of
from grader.cli.naming import slug_argument
from grader.cli.page import Command, option
from grader.errors import ContentError, UsageError
from grader.i18n import say
from grader.model import Exercise, Language, Verdict

if TYPE_CHECKING:
    from grader.practice.history import History


@click.command(
    cls=Command,
    name="solution",
    short_help="Show the solution, after an attempt.",
    help="Show the reference solution and how it is thought out, after an attempt or with --give-up.",
)
@slug_argument()
@option("--give-up", is_flag=True, help="Show it without an attempt.")
@option("--code", is_flag=True, help="The code alone.")
@option("--notes", is_flag=True, help="The explanation alone.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def solution(slug: str, give_up: bool, code: bool, notes: bool, lang: str | None) -> int:
    """Show, and return the exit code."""
    from grader.catalog.load import load

    language = language_of(lang)
    exercise = load(slug)
    _note(exercise, language, give_up=give_up)
    both = code == notes
    if code or both:
        _show_code(_read(exercise.reference))
    if notes or both:
        _show_notes(_read(_notes_file(exercise, language)))
    return exits.ACCEPTED


def has_tried(history: History, exercise: Exercise) -> bool:
    """Whether somebody may see the solution without giving up."""
    attempts = history.attempts(exercise.slug)
    return any(each.verdict not in (Verdict.NOT_ATTEMPTED, Verdict.GRADER_FAULT) for each in attempts)


def _note(exercise: Exercise, language: Language, *, give_up: bool) -> None:
    """Let pass who has tried, and remember that the solution was seen.

    Raises:
        UsageError: nothing was attempted, and nobody gave up.
    """
    history = open_history(language)
    tried = False
    if history is not None:
        with history:
            tried = has_tried(history, exercise)
            if tried or give_up:
                history.record_solution_seen(exercise.slug)
    if not tried and not give_up:
        text = say(
            "Try it first: grader start {slug}, then grader run. Or say that you give up: grader solution {slug}"
            " --give-up",
            slug=exercise.slug,
        )
        raise UsageError(text.en, text.zh)


def _notes_file(exercise: Exercise, language: Language) -> Path:
    translated = exercise.solutions / "NOTES.zh.md"
    return translated if language == "zh" and translated.is_file() else exercise.solutions / "NOTES.md"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        text = say("{path} cannot be read: {reason}.", path=file, reason=error)
        raise ContentError(text.en, text.zh) from error


def _show_code(source: str) -> None:
    import sys

    if not sys.stdout.isatty():
        click.echo(source)
        return
    from rich.syntax import Syntax

    from grader.cli.tables import show

    show(Syntax(source, "python", theme="ansi_dark", background_color="default"))
    show("")


def _show_notes(text: str) -> None:
    import sys

    if not sys.stdout.isatty():
        click.echo(text)
        return
    from rich.markdown import Markdown

    from grader.cli.tables import show

    show(Markdown(text))
