"""Remembering an attempt, and saying what it changed. A history that cannot be had never costs a grading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.cli.speech import complain, tell
from grader.errors import GraderError
from grader.i18n import listed, say, say_count
from grader.model import Language, Report, Text

if TYPE_CHECKING:
    from grader.practice.history import History
    from grader.practice.records import Recorded


def open_history(language: Language) -> History | None:
    """The history, or None, with the reason said, where it cannot be had."""
    from grader.practice.history import History
    from grader.practice.store import HistoryError

    try:
        history = History()
    except HistoryError as error:
        complain(error.text, language)
        return None
    for notice in history.notices:
        tell(notice, language)
    return history


def remember(report: Report, language: Language, interview: str | None = None) -> Recorded | None:
    """Record one grading; None, with the reason said, where it cannot be recorded."""
    history = open_history(language)
    if history is None:
        return None
    with history:
        return remember_in(history, report, language, interview)


def remember_in(history: History, report: Report, language: Language, interview: str | None = None) -> Recorded | None:
    """As `remember`, in a history that is open."""
    from grader.practice.recording import record_attempt

    try:
        return record_attempt(history, report, interview)
    except GraderError as error:
        complain(error.text, language)
        return None


def with_hints_noted(history: History, report: Report) -> Report:
    """The report, with a note of how many hints were used for it; itself where there were none."""
    try:
        used = {part.id: history.hint_level(report.exercise, part.id) for part in report.parts}
    except GraderError:
        return report
    count = sum(used.values())
    if not count:
        return report
    parts = ", ".join(f"{part} {level}" for part, level in used.items() if level)
    note = say_count("One hint was used: {parts}.", "{count} hints were used: {parts}.", count, parts=parts)
    return msgspec.structs.replace(report, notes=(*report.notes, note))


def changes(recorded: Recorded, report: Report) -> tuple[Text, ...]:
    """What an attempt changed, in sentences: mistakes that are gone, a best score."""
    said = []
    if recorded.cured:
        titles = mistake_titles(report.exercise)
        unknown = [Text(en=each, zh=each) for each in recorded.cured if each not in titles]
        names = [titles[each] for each in recorded.cured if each in titles] + unknown
        said.append(say("Gone since last time: {mistakes}.", mistakes=listed(names)))
    if recorded.best:
        said.append(say("Your best score so far."))
    return tuple(said)


def mistake_titles(exercise: str) -> dict[str, Text]:
    """The names of an exercise's mistakes; none of one that cannot be read."""
    from grader.catalog.load import load

    try:
        return {each.id: each.title for each in load(exercise).mistakes}
    except GraderError:
        return {}
