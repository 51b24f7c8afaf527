"""One `grader grade`: a folder into a gradebook, what is due through an engine, each result kept as it comes.

The gradebook is the only memory. A batch that was killed leaves submissions that are due; going on means grading them
with the seed and the options that it had. This module must not print, nor know which engine grades.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from grader import config
from grader.catalog.find import slugs
from grader.cohort.engine import Engine, Task
from grader.cohort.environment import plans_of, read_options, said_options
from grader.cohort.intake import Intake
from grader.errors import UsageError
from grader.examiner.client import SEED_BITS, GradeOptions
from grader.gradebook import Batch, Entry, Gradebook, Problem, State
from grader.gradebook.connection import storable
from grader.i18n import say
from grader.model import Text, Verdict

_CHUNK = 50  # submissions that are written at once while a folder is read


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch is graded with."""

    batch: Batch
    options: GradeOptions  # with the seed


class Figures(msgspec.Struct, kw_only=True):
    """How a batch stands."""

    taken_in: int = 0  # new in this batch
    known: int = 0  # attempts whose report was held already
    due: int = 0  # attempts, though equal submissions are graded once
    graded: int = 0
    faults: int = 0
    problems: int = 0  # of the folder
    persons: int = 0  # attempts that a person must look at


def agree(book: Gradebook, folder: Path, options: GradeOptions, *, resume: bool) -> Terms:
    """Settle what is graded with what: anew, or as the interrupted batch had it.

    Args:
        options: `seed` None keeps the gradebook's own.

    Raises:
        UsageError: there is nothing to resume, or it was graded with other options.
    """
    last = next(reversed(book.batches()), None)
    open_batch = last if last is not None and last.finished_at is None else None
    if resume and open_batch is None:
        raise _usage(say("There is nothing to resume: no batch of {file} was interrupted.", file=book.path))
    seed = options.seed if options.seed is not None else last.seed if last is not None else secrets.randbits(SEED_BITS)
    options = msgspec.structs.replace(options, seed=seed)
    said = said_options(options)
    place = storable(str(folder.resolve()))
    if open_batch is not None:
        same = (open_batch.folder, open_batch.seed, open_batch.options) == (place, seed, said)
        if same:
            return Terms(batch=open_batch, options=options)
        if resume:
            held = read_options(open_batch.options)
            raise _usage(
                say(
                    "The interrupted batch was graded with other options or from another folder ({folder}, seed {seed},"
                    " timing {timing}, full {full}). Give the same, or leave --resume out to begin anew.",
                    folder=open_batch.folder,
                    seed=open_batch.seed,
                    timing=held.timing,
                    full=held.full,
                )
            )
    return Terms(batch=book.begin(place, seed, said), options=options)


def take_in(
    book: Gradebook,
    terms: Terms,
    folder: Path,
    *,
    exercise: str | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> tuple[Figures, list[Text]]:
    """Read the folder into the gradebook, and settle what is due.

    Args:
        tell: told how many submissions have been read so far.

    Returns:
        The figures, and notes about names.

    Raises:
        UsageError: there is nothing to grade at all.
    """
    figures = Figures()
    intake = Intake(folder, slugs(config.content()), exercise=exercise, leave_out=[book.path.parent])
    problems: list[Problem] = []
    chunk: list[Entry] = []
    read = 0
    for found in intake:
        if isinstance(found, Problem):
            problems.append(found)
            continue
        chunk.append(found)
        read += 1
        if len(chunk) == _CHUNK:
            figures.taken_in += book.take_in(chunk)
            chunk.clear()
            tell(read)
    figures.taken_in += book.take_in(chunk)
    book.close_intake(terms.batch, problems)
    figures.problems = len(problems)
    if not read and not problems and not book.exercises():
        raise _usage(say("{folder} holds no submission.", folder=folder))
    notes = intake.notes()
    if not read:  # a slip of the path, perhaps
        notes.append(say("Nothing was taken in from {folder}; what was handed in before stays.", folder=folder))
    known = set(slugs(config.content()))
    plans = plans_of([slug for slug in book.exercises() if slug in known], terms.options, terms.batch.seed)
    figures.known = book.want(plans)
    figures.due = book.count_due()
    return figures, notes


def grade_due(book: Gradebook, terms: Terms, engine: Engine, figures: Figures, tell: Callable[[int], None]) -> None:
    """Grade what is due, keeping each result as it comes.

    Args:
        tell: told how many attempts each result settles.

    Raises:
        GraderError: nothing can be graded, or nothing can be kept any more. What was graded is kept.
    """

    def tasks() -> Iterator[Task]:
        for due in book.due():
            yield Task(due.key, book.submission(due.attempt_id))

    results = engine.run(tasks()) if figures.due else iter(())
    try:
        for result in results:
            if result.report is not None:
                count = book.record(result.key, result.report)
                figures.graded += count
            else:
                count = book.record_fault(result.key, result.fault or say("No report came back."))
                figures.faults += count
            tell(count)
    finally:
        close = getattr(results, "close", None)
        if close is not None:
            close()
    book.finish(terms.batch)
    figures.persons = count_persons(book)


def count_persons(book: Gradebook) -> int:
    """How many attempts a person must look at: grader faults, what was too noisy, what no machine can judge.

    Whatever else is wrong with an attempt; what a person has decided asks nobody any more.
    """
    asking = book.open_checks()
    return sum(
        each.state is State.FAULT
        or each.problem is not None
        or asking.get(each.id, int(each.verdict is Verdict.GRADER_FAULT)) > 0  # a fault before any check
        for each in book.attempts()
    )


def _usage(text: Text) -> UsageError:
    return UsageError(text.en, text.zh)
