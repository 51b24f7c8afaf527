"""`grader hint`: the next hint for what fails now."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.attempt import open_history
from grader.cli.language import language_of
from grader.cli.naming import slug_argument, submission_file
from grader.cli.page import Command, option
from grader.cli.speech import put, tell
from grader.errors import UsageError
from grader.i18n import say
from grader.model import Exercise, Language, Outcome, Part, Text

if TYPE_CHECKING:
    from grader.practice.history import History
    from grader.practice.records import Attempt


@click.command(
    cls=Command,
    name="hint",
    short_help="Show the next hint.",
    help="Show the next hint for the part that fails now. Each part has a few, each stronger than the one before.",
)
@slug_argument()
@option("--part", "part_id", metavar="P", help="For this part, whatever fails.")
@option(
    "--file",
    "place",
    metavar="PATH",
    type=click.Path(path_type=Path, exists=True),
    help="Your file, or its folder; otherwise the current folder.",
)
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def hint(slug: str, part_id: str | None, place: Path | None, lang: str | None) -> int:
    """Show, count, and return the exit code."""
    from grader.catalog.load import load

    language = language_of(lang)
    exercise = load(slug)
    history = open_history(language)
    try:
        part = _named(exercise, part_id) if part_id else _in_need(exercise, history, place, language)
        if isinstance(part, Part):
            show_hint(exercise, part, history, language)
        else:
            tell(part, language)
    finally:
        if history is not None:
            history.close()
    return exits.ACCEPTED


def show_hint(exercise: Exercise, part: Part, history: History | None, language: Language) -> None:
    """Show the next hint of a part, and count it."""
    lines, aside = hint_lines(exercise, part, history)
    for line in lines:
        put(line, language)
    if aside is not None:
        tell(aside, language)


def hint_lines(exercise: Exercise, part: Part, history: History | None) -> tuple[tuple[Text, ...], Text | None]:
    """The next hint of a part, counted: its lines, and a word beside it where there is none left."""
    from grader.practice.hints import next_hint

    found = next_hint(part, history.hint_level(exercise.slug, part.id) if history is not None else 0)
    if not found.levels:
        return (), say("The part {part} has no hints.", part=part.title)
    head = say("Hint {level} of {levels} · {part}", level=found.level, levels=found.levels, part=part.title)
    if found.new and history is not None:
        history.record_hint(exercise.slug, part.id, found.level)
    return (head, found.text), None if found.new else _last(exercise, history)


def _last(exercise: Exercise, history: History | None) -> Text:
    from grader.cli.solution import has_tried

    if history is not None and has_tried(history, exercise):
        return say("That was the last one. `grader solution {slug}` shows how it is done.", slug=exercise.slug)
    return say("That was the last one. `grader solution {slug} --give-up` shows how it is done.", slug=exercise.slug)


def _named(exercise: Exercise, part_id: str) -> Part:
    for part in exercise.parts:
        if part.id == part_id:
            return part
    names = ", ".join(part.id for part in exercise.parts)
    text = say(
        "{exercise} has no part {part!r}. There are: {names}.", exercise=exercise.slug, part=part_id, names=names
    )
    raise UsageError(text.en, text.zh)


def _in_need(exercise: Exercise, history: History | None, place: Path | None, language: Language) -> Part | Text:
    """The part that fails now: in the file as it is, else in the latest attempt; without either, the first part.

    Where no part is known to fail, that is said.
    """
    from grader.practice.hints import part_in_need
    from grader.practice.records import local_day

    nothing = say("Nothing fails: there is nothing to hint at. `grader run` has the whole report.")
    file = submission_file(exercise.slug, place)
    if file is not None:
        return part_in_need(exercise, _graded_now(exercise, file, history, language)) or nothing
    attempts = history.attempts(exercise.slug, limit=1) if history is not None else ()
    if history is None or not attempts:
        return exercise.parts[0]
    day = local_day(attempts[0].at)
    tell(say("No file of yours is here: this goes by your latest attempt, of {day}.", day=day), language)
    part = part_in_need(exercise, _outcomes_of(history, attempts[0]))
    if part is None and not attempts[0].whole:
        return say("Nothing of what it graded fails, but it left something out. `grader run` grades everything.")
    return part or nothing


def _outcomes_of(history: History, attempt: Attempt) -> dict[str, set[Outcome]]:
    """What became of the checks of each part in an attempt."""
    outcomes: dict[str, set[Outcome]] = {}
    for each in history.checks_of(attempt.id):
        outcomes.setdefault(each.part, set()).add(each.outcome)
    return outcomes


def _graded_now(exercise: Exercise, file: Path, history: History | None, language: Language) -> dict[str, set[Outcome]]:
    """What becomes of the file's checks, without the timed ones; known already where it has not changed since."""
    from grader.catalog.intake import take_in
    from grader.grading.options import GradeOptions
    from grader.practice.hints import outcomes_by_part, part_in_need
    from grader.server.engine import Engine

    intake = take_in([file], exercise.slug)
    for refusal in intake.refused:
        raise refusal
    sha256 = intake.submissions[0].sha256
    for attempt in history.attempts(exercise.slug, limit=1) if history is not None else ():
        known = (attempt.source_sha256, attempt.exercise_version) == (sha256, exercise.version)
        if known and history is not None:
            outcomes = _outcomes_of(history, attempt)
            # What fails in a part of it fails; that nothing does says nothing of what was left out.
            if attempt.whole or part_in_need(exercise, outcomes) is not None:
                return outcomes
    if sys.stderr.isatty():  # seconds pass where no server is warm
        tell(say("Grading {file}, to see what fails now…", file=file), language)
    with Engine(GradeOptions(timing=False), "use") as engine:
        engine.begin(intake.submissions)
        (report,) = engine.grade(intake.submissions)
    return outcomes_by_part(report.checks)
