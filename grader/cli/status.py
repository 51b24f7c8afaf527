"""`grader status`: how far you have come, and what is due."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.attempt import mistake_titles, open_history
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import complain, put
from grader.errors import GraderError
from grader.i18n import say, say_count
from grader.model import Exercise, Language, Text

if TYPE_CHECKING:
    from grader.practice.progress import ExerciseStanding, Standing

MOST_MISTAKES = 8  # that are listed; `grader history --mistakes` has them all


@click.command(cls=Command, name="status", help="Show how far you have come: exercises, parts, mistakes, what is due.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def status(lang: str | None) -> int:
    """Show, and return the exit code."""
    from grader.practice import reviews
    from grader.practice.progress import standing

    language = language_of(lang)
    history = open_history(language)
    if history is None:
        return exits.FAULT
    with history:
        found = standing(history, _exercises(language))
        due = len(reviews.due_cards(history, datetime.datetime.now(datetime.UTC)))
    _show_exercises(found, language)
    _show_mistakes(found, language)
    for line in _ending(found, due):
        put(line, language)
    return exits.ACCEPTED


def _exercises(language: Language) -> list[Exercise]:
    from grader.catalog.find import slugs
    from grader.catalog.load import load

    found = []
    for slug in slugs():
        try:
            found.append(load(slug))
        except GraderError as error:
            complain(error.text, language)
    return sorted(found, key=lambda each: (each.order, each.slug))


def _show_exercises(found: Standing, language: Language) -> None:
    from rich.text import Text as Rich

    from grader.cli.tables import plain_table, show
    from grader.report.words import number, ratio

    headings = [say("exercise"), say("best"), say("of"), say("time"), say("attempts"), say("hints"), say("parts")]
    table = plain_table(headings, language, right=(1, 2, 3, 4, 5), whole=(0,))
    for each in found.exercises:
        begun = each.attempts > 0
        table.add_row(
            Rich(f"{_mark(each)} {each.slug}", style="green" if each.accepted else "" if begun else "dim"),
            number(each.best_score) if each.best_score is not None else "-",
            number(each.total),
            ratio(each.best_ratio) if each.best_ratio is not None else "-",
            str(each.attempts) if begun else "-",
            str(sum(part.hints for part in each.parts)) if begun else "-",
            _parts(each) if begun else Rich(each.title.in_language(language), style="dim"),
        )
    show(table)


def _mark(each: ExerciseStanding) -> str:
    return "✓" if each.accepted else "·" if each.attempts else " "


def _parts(each: ExerciseStanding) -> str:
    from grader.report.words import number

    return "  ".join(
        f"{part.id} ✓" if part.done else f"{part.id} {number(part.points)}/{number(part.max_points)}"
        for part in each.parts
    )


def _show_mistakes(found: Standing, language: Language) -> None:
    if not found.mistakes:
        return
    still = [each for each in found.mistakes if each.cured_at is None]
    cured = len(found.mistakes) - len(still)
    head = say("Mistakes: {made} made, {cured} of them cured.", made=len(found.mistakes), cured=cured)
    click.echo()
    put(head, language)
    titles = {each.exercise: mistake_titles(each.exercise) for each in still}
    for each in still[:MOST_MISTAKES]:
        title = titles[each.exercise].get(each.mistake)
        name = title.in_language(language) if title is not None else each.mistake
        put(f"  {name}  ({each.mistake})", language)
    if len(still) > MOST_MISTAKES:
        rest = len(still) - MOST_MISTAKES
        put("  " + say("and {count} more: grader history --mistakes", count=rest).in_language(language), language)


def _ending(found: Standing, due: int) -> list[Text]:
    said = [Text(en="", zh="")]
    begun = any(each.attempts for each in found.exercises)
    if not begun and found.exercises:
        said.append(say("Nothing attempted yet. Begin with: grader start {slug}", slug=found.exercises[0].slug))
    if found.streak_days:
        said.append(say_count("Streak: one day.", "Streak: {count} days in a row.", found.streak_days))
        if not found.active_today:
            said.append(say("Nothing done yet today."))
    if due:
        said.append(say_count("One question is due: grader quiz", "{count} questions are due: grader quiz", due))
    following = next((each for each in found.exercises if not each.accepted), None)
    if begun and following is not None and not following.attempts:
        said.append(say("Next: grader start {slug}", slug=following.slug))
    return said
