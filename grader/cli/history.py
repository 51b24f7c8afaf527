"""`grader history` and `grader reset-history`: what is remembered, and forgetting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.attempt import mistake_titles, open_history
from grader.cli.language import language_of
from grader.cli.naming import slug_argument
from grader.cli.page import Command, option
from grader.cli.speech import tell
from grader.i18n import say
from grader.model import Language

if TYPE_CHECKING:
    from grader.practice.records import Attempt, MistakeRecord

SCHEMA_VERSION = 1


@click.command(cls=Command, name="history", help="List your attempts, the latest first, or your mistakes.")
@slug_argument(required=False)
@option("--mistakes", is_flag=True, help="The mistakes, with when they were made and cured.")
@option("--limit", type=click.IntRange(1), default=20, metavar="N", help="How many attempts; 20 otherwise.")
@option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def history(slug: str | None, mistakes: bool, limit: int, as_json: bool, lang: str | None) -> int:
    """List, and return the exit code."""
    from grader.catalog.find import require

    language = language_of(lang)
    slug = require(slug) if slug is not None else None
    kept = open_history(language)
    if kept is None:
        return exits.FAULT
    with kept:
        attempts = kept.attempts(slug, limit=limit)
        made = kept.mistakes(slug)
        file = kept.file
    if as_json:
        _write_json(attempts, made)
    elif mistakes:
        _show_mistakes(made, language)
    else:
        _show_attempts(attempts, language)
    tell(say("Kept in {file}.", file=file), language)
    return exits.ACCEPTED


@click.command(cls=Command, name="reset-history", help="Forget your attempts, mistakes, hints and quiz cards.")
@slug_argument(required=False)
@option("--yes", is_flag=True, help="Do not ask.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def reset_history(slug: str | None, yes: bool, lang: str | None) -> int:
    """Ask, forget, and return the exit code."""
    from grader.catalog.find import require

    language = language_of(lang)
    slug = require(slug) if slug is not None else None
    kept = open_history(language)
    if kept is None:
        return exits.FAULT
    with kept:
        count = len(kept.attempts(slug))
        if slug is not None:
            question = say("Forget {count} attempts at {slug}, with mistakes and hints?", count=count, slug=slug)
        else:
            question = say("Forget everything: {count} attempts, mistakes, hints, quiz cards, interviews?", count=count)
        if not yes and not click.confirm(question.in_language(language), err=True):
            tell(say("Nothing was forgotten."), language)
            return exits.NOT_ACCEPTED
        kept.forget(slug)
    tell(say("Forgotten."), language)
    return exits.ACCEPTED


def _write_json(attempts: tuple[Attempt, ...], made: tuple[MistakeRecord, ...]) -> None:
    import msgspec

    document = {"schema_version": SCHEMA_VERSION, "attempts": attempts, "mistakes": made}
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _show_attempts(attempts: tuple[Attempt, ...], language: Language) -> None:
    from rich.text import Text as Rich

    from grader.cli.tables import STYLES, plain_table, show
    from grader.practice.records import local_time
    from grader.report.sanitize import clean_line
    from grader.report.words import MARKS, VERDICT_TONES, number, verdict_word

    headings = [say("when"), say("exercise"), say("verdict"), say("score"), say("hints")]
    table = plain_table(headings, language, right=(3, 4), whole=(1,))
    for each in attempts:
        tone = VERDICT_TONES.get(each.verdict, "bad")
        table.add_row(
            local_time(each.at),
            Rich(clean_line(each.exercise)),
            Rich(f"{MARKS[tone]} {verdict_word(each.verdict).in_language(language)}", style=STYLES[tone]),
            f"{number(each.score)} / {number(each.max_score)}",
            str(each.hints) if each.hints else "",
        )
    show(table)


def _show_mistakes(made: tuple[MistakeRecord, ...], language: Language) -> None:
    from rich.text import Text as Rich

    from grader.cli.tables import plain_table, show
    from grader.practice.records import local_time
    from grader.report.sanitize import clean_line

    headings = [say("exercise"), say("mistake"), say("times"), say("first"), say("cured")]
    table = plain_table(headings, language, right=(2,), whole=(0,))
    titles = {each.exercise: mistake_titles(each.exercise) for each in made}
    for each in made:
        title = titles[each.exercise].get(each.mistake)
        id_ = clean_line(each.mistake)
        name = f"{title.in_language(language)}\n{id_}" if title is not None else id_
        cured = local_time(each.cured_at) if each.cured_at else "-"
        table.add_row(Rich(clean_line(each.exercise)), Rich(name), str(each.times), local_time(each.first_at), cured)
    show(table)
