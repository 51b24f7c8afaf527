"""`grader mark`: a person's decision on one check of one candidate, with who, when and why."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import tell
from grader.errors import UsageError
from grader.i18n import say
from grader.model import ASKING

if TYPE_CHECKING:
    from grader.gradebook import Attempt, CheckRow, Gradebook

    Marked = tuple[Attempt, CheckRow]


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
@option(
    "--attempt",
    "number",
    type=click.IntRange(1),
    metavar="N",
    help="The attempt; otherwise the one that waits for a decision, or the latest.",
)
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

    language = language_of(lang)
    if not why.strip():
        raise UsageError.of(say("--why needs a reason: whoever asks later will want to know."))
    with Gradebook.open(file or place.gradebook_file()) as book:
        found = _find(book, candidate, check, exercise, number)
        attempt, row = found[0]
        if not 0 <= points <= row.max_points:
            raise UsageError.of(say("{check} has from 0 to {most} points.", check=check, most=f"{row.max_points:g}"))
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
    click.echo(said.in_language(language))
    if len(found) > 1:
        others = ", ".join(str(each.number) for each, _ in sorted(found[1:], key=lambda pair: pair[0].number))
        tell(
            say(
                "That was attempt {number}. Say --attempt for another: {others}.", number=attempt.number, others=others
            ),
            language,
        )
    return exits.ACCEPTED


def _find(book: Gradebook, name: str, check: str, exercise: str | None, number: int | None) -> list[Marked]:
    """The one check that is meant, and after it those of other attempts that could have been."""
    found = book.candidate(name)
    if found is None:
        raise UsageError.of(say("There is no candidate {name!r} in {file}.", name=name, file=book.path))
    attempts = book.attempts(exercise=exercise, candidate_id=found.id)
    if number is not None and attempts and not any(each.number == number for each in attempts):
        numbers = ", ".join(str(each) for each in sorted({each.number for each in attempts}))
        raise UsageError.of(
            say(
                "{name} has no attempt {number} there. There are: {numbers}.", name=name, number=number, numbers=numbers
            )
        )
    attempts = [each for each in attempts if number in (None, each.number)]
    rows = book.checks(each.id for each in attempts)
    hits = {row.attempt_id: row for row in rows if row.check == check}
    if not rows:
        raise UsageError.of(say("Nothing that {name} handed in there is graded yet. Run grader grade.", name=name))
    if not hits:
        names = ", ".join(dict.fromkeys(row.check for row in rows))
        raise UsageError.of(
            say("{name} has no check {check!r} there. There are: {names}.", name=name, check=check, names=names)
        )
    pairs = [(each, hits[each.id]) for each in attempts if each.id in hits]
    where = list(dict.fromkeys(each.exercise for each, _ in pairs))
    if len(where) > 1:
        names = ", ".join(where)
        raise UsageError.of(
            say("{check} is a check of several exercises: {names}. Say --exercise.", check=check, names=names)
        )
    return _most_likely_first(book, pairs)


def _most_likely_first(book: Gradebook, pairs: list[Marked]) -> list[Marked]:
    """The attempt whose check waits for a decision, of several such the one that counts; else the latest."""
    if len(pairs) == 1:
        return pairs
    from grader.cli.cohort_options import rules_for
    from grader.cohort.roll import counted

    waiting = [pair for pair in pairs if pair[1].override is None and pair[1].outcome in ASKING]
    chosen = (waiting or pairs)[-1]
    if len(waiting) > 1:
        counts = counted([each for each, _ in pairs], rules_for(book, None))
        chosen = next((pair for pair in waiting if pair[0].id == counts.id), chosen)
    return [chosen, *(pair for pair in pairs if pair is not chosen)]


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return "?"
