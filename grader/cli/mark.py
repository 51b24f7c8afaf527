"""`grader mark`: a person's decision on one check of one candidate, with who, when and why."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.errors import UsageError
from grader.i18n import say
from grader.model import Text

if TYPE_CHECKING:
    from grader.gradebook import Attempt, CheckRow, Gradebook
    from grader.gradebook.reading import Which


@click.command(
    cls=Command,
    name="mark",
    short_help="Give a check the points that a person decides on.",
    help=(
        "Give a check the points that a person decides on. The decision is kept with who, when and why, shown in every"
        " report, and stands when the submission is graded again."
    ),
)
@click.argument("candidate", metavar="CANDIDATE")
@click.argument("check", metavar="CHECK")
@click.argument("points", metavar="POINTS", type=float)
@option("--why", metavar="TEXT", required=True, help="The reason, in a sentence.")
@option("--by", "who", metavar="NAME", help="Who decides; otherwise your login.")
@option("--exercise", metavar="SLUG", help="The exercise, where the candidate handed in several.")
@option("--attempt", "number", type=click.IntRange(1), metavar="N", help="The attempt; otherwise the latest.")
@option(
    "--gradebook", "file", metavar="FILE", type=click.Path(path_type=Path), help="The gradebook; otherwise in ./grades."
)
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def mark(
    candidate: str,
    check: str,
    points: float,
    why: str,
    who: str | None,
    exercise: str | None,
    number: int | None,
    file: Path | None,
    lang: str | None,
) -> int:
    """Mark, and return the exit code."""
    from grader.cohort import place
    from grader.gradebook import Gradebook
    from grader.report.sanitize import clean_line

    if not why.strip():
        raise _usage(say("--why needs a reason: whoever asks later will want to know."))
    with Gradebook.open(file or place.gradebook_file()) as book:
        attempt, row = _find(book, candidate, check, exercise, number)
        if not 0 <= points <= row.max_points:
            raise _usage(say("{check} has from 0 to {most} points.", check=check, most=f"{row.max_points:g}"))
        book.mark(attempt.id, row.check, points, who=who or _login(), why=why.strip())
        marked = book.attempt(attempt.id)
    said = say(
        "{candidate}, {exercise}, attempt {number}, {check}: {before} -> {points} points. Score {score} / {most}.",
        candidate=clean_line(attempt.candidate),
        exercise=attempt.exercise,
        number=attempt.number,
        check=row.check,
        before=f"{row.final_points:g}",
        points=f"{points:g}",
        score=f"{marked.final_score:g}",
        most=f"{marked.final_max_score:g}",
    )
    click.echo(said.in_language(language_of(lang)))
    return exits.ACCEPTED


def _find(book: Gradebook, name: str, check: str, exercise: str | None, number: int | None) -> tuple[Attempt, CheckRow]:
    """The one check that is meant."""
    found = book.candidate(name)
    if found is None:
        raise _usage(say("There is no candidate {name!r} in {file}.", name=name, file=book.path))
    which: Which = "latest" if number is None else "all"
    attempts = [
        each
        for each in book.attempts(which=which, exercise=exercise, candidate_id=found.id)
        if number is None or each.number == number
    ]
    rows = book.checks(each.id for each in attempts)
    hits = [row for row in rows if row.check == check]
    if not hits:
        names = ", ".join(dict.fromkeys(row.check for row in rows)) or "-"
        raise _usage(
            say("{name} has no check {check!r} there. There are: {names}.", name=name, check=check, names=names)
        )
    if len(hits) > 1:
        where = ", ".join(each.exercise for each in attempts if any(row.attempt_id == each.id for row in hits))
        raise _usage(say("{check} is a check of several exercises: {names}. Say --exercise.", check=check, names=where))
    return next(each for each in attempts if each.id == hits[0].attempt_id), hits[0]


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return "?"


def _usage(text: Text) -> UsageError:
    return UsageError(text.en, text.zh)
