"""`grader grade`: a folder of submissions in, a gradebook out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import complain, one_line, tell
from grader.errors import UsageError
from grader.i18n import say, say_count
from grader.model import Language, Text, Tier

if TYPE_CHECKING:
    from grader.cohort.batch import Figures
    from grader.cohort.engine import Engine
    from grader.cohort.rules import Rules
    from grader.examiner.client import GradeOptions
    from grader.gradebook import Gradebook

_MOST_SEED_BITS = 63  # what the gradebook can hold


@click.command(
    cls=Command,
    name="grade",
    short_help="Grade a folder of submissions into a gradebook.",
    help=(
        "Grade a folder of submissions into a gradebook. DIR holds one folder, archive or file per candidate."
        " What was graded before and has not changed is not graded again."
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--out", metavar="DIR", type=click.Path(path_type=Path), help="Where the gradebook goes; otherwise ./grades.")
@option("--exercise", metavar="SLUG", help="The exercise, whatever the files are called.")
@option("--jobs", type=click.IntRange(1, 1024), metavar="N", help="Submissions at once; otherwise one a core.")
@option("--engine", "engine_name", type=click.Choice(["local", "dask"]), default="local", help="What grades.")
@option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, such as tcp://10.0.0.1:8786.")
@option("--seed", type=int, metavar="N", help="Seed of the secret inputs; otherwise the gradebook's own.")
@option("--no-timing", is_flag=True, help="Leave out what is timed.")
@option("--full", is_flag=True, help="Add slow checks with large data and real models.")
@option("--resume", is_flag=True, help="Go on with a batch that was interrupted.")
@option(
    "--require-isolation",
    "tier",
    metavar="TIER",
    type=click.Choice([tier.value for tier in Tier], case_sensitive=False),
    help="Refuse to grade with less isolation.",
)
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def grade(
    folder: Path,
    out: Path | None,
    exercise: str | None,
    jobs: int | None,
    engine_name: Literal["local", "dask"],
    scheduler: str | None,
    seed: int | None,
    no_timing: bool,
    full: bool,
    resume: bool,
    tier: str | None,
    lang: str | None,
) -> int:
    """Grade, and return the exit code."""
    from grader import config
    from grader.catalog.find import require
    from grader.cohort import batch, place
    from grader.cohort.intake import is_folder
    from grader.examiner.client import GradeOptions
    from grader.gradebook import Gradebook
    from grader.gradebook.connection import sole

    language = language_of(lang)
    if not is_folder(folder):
        raise UsageError.of(say("{folder} is not a folder that can be read.", folder=folder))
    if seed is not None and not 0 <= seed < 2**_MOST_SEED_BITS:
        raise UsageError.of(say("The seed must be from 0 to {most}.", most=2**_MOST_SEED_BITS - 1))
    if (engine_name == "dask") != (scheduler is not None):
        raise UsageError.of(say("--engine dask and --scheduler ADDRESS belong together."))
    if jobs is not None and scheduler is not None:
        raise UsageError.of(say("--jobs is for grading on this machine; a cluster grades as many at once as it can."))
    if exercise is not None:
        exercise = require(exercise, config.content())
    options = GradeOptions(
        seed=seed, timing=not no_timing, full=full, require_tier=Tier(tier) if tier is not None else None
    )
    book_file = place.gradebook_file(out or place.DEFAULT_OUT)
    if resume and not book_file.exists():
        raise UsageError.of(say("There is nothing to resume: there is no gradebook {file}.", file=book_file))
    if not book_file.exists() and batch.is_empty(folder, book_file, exercise):
        raise UsageError.of(say("{folder} holds no submission.", folder=folder))
    _make_folder(book_file.parent)
    with sole(book_file), Gradebook.open(book_file, create=True) as book:
        figures = _grade(book, folder, options, exercise, resume, jobs, scheduler, language)
        _conclude(book, figures, language)
    return exits.NOT_ACCEPTED if figures.problems or figures.faults or figures.persons else exits.ACCEPTED


def _grade(
    book: Gradebook,
    folder: Path,
    options: GradeOptions,
    exercise: str | None,
    resume: bool,
    jobs: int | None,
    scheduler: str | None,
    language: Language,
) -> Figures:
    from grader.cli.throughput import watch_batch, watch_reading
    from grader.cohort import batch

    terms = batch.agree(book, folder, options, resume=resume, exercise=exercise)
    with watch_reading(language) as read:
        figures, notes = batch.take_in(book, terms, folder, tell=read)
    for problem in book.problems():
        complain(one_line(problem.text, language), language)
    for note in notes:
        tell(one_line(note, language), language)
    engine = _engine(terms.options, jobs, scheduler, batch.due_slugs(book))
    with watch_batch(figures.due, language) as step:
        batch.grade_due(book, terms, engine, figures, step, _rules(book))
    return figures


def _rules(book: Gradebook) -> Rules:
    """The rules of the report. Where their file is broken, those that hold without one: `grader report` will say so."""
    from grader.cli.cohort_options import rules_for
    from grader.cohort.rules import Rules

    try:
        return rules_for(book, None)
    except UsageError:
        return Rules()


def _engine(options: GradeOptions, jobs: int | None, scheduler: str | None, slugs: list[str]) -> Engine:
    if scheduler is not None:
        from grader.cohort.cluster import DaskEngine

        return DaskEngine(options, scheduler=scheduler, slugs=slugs)
    from grader.cohort.local import LocalEngine
    from grader.timing import usable_cores

    return LocalEngine(options, jobs=jobs or usable_cores())


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = say("The folder {folder} cannot be made: {reason}.", folder=folder, reason=error.strerror)
        raise UsageError.of(text) from None


def _conclude(book: Gradebook, figures: Figures, language: Language) -> None:
    """Say what came of it, on standard output."""
    lines: list[Text] = [
        say_count("{count} submission graded.", "{count} submissions graded.", figures.graded),
    ]
    if figures.known:
        lines.append(
            say_count(
                "{count} was graded before and has not changed.",
                "{count} were graded before and have not changed.",
                figures.known,
            )
        )
    if figures.problems:
        lines.append(say("{count} could not be taken in; see above.", count=figures.problems))
    if figures.faults:
        lines.append(say("{count} could not be graded, by our fault; the next run tries again.", count=figures.faults))
    if figures.persons:
        lines.append(say_count("{count} needs a person.", "{count} need a person.", figures.persons))
    lines.append(say("Gradebook: {file}", file=book.path.resolve()))
    for line in lines:
        click.echo(line.in_language(language))
    for attempt in book.attempts():
        if attempt.problem is not None:
            said = f"{attempt.label}: {attempt.problem.in_language(language)}"
            complain(one_line(said, language), language)
