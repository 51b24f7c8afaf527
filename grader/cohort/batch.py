"""One `grader grade`: a folder into a gradebook, what is due through an engine, each result kept as it comes.

The gradebook is the only memory. A batch that was killed leaves submissions that are due; going on means grading them
with the seed and the options that it had. This module must not print, nor know which engine grades.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from grader import config
from grader.catalog.find import slugs
from grader.cohort.engine import Engine, Task
from grader.cohort.environment import plans_of
from grader.cohort.intake import Intake
from grader.cohort.place import files_of
from grader.cohort.roll import counted
from grader.cohort.rules import Rules
from grader.errors import UsageError
from grader.examiner.client import SEED_BITS, GradeOptions
from grader.gradebook import Batch, Entry, Gradebook, Problem, State
from grader.gradebook.connection import storable
from grader.i18n import say
from grader.model import Text, Verdict

_CHUNK = 50  # submissions that are written at once while a folder is read


class Asked(GradeOptions, frozen=True, kw_only=True):
    """All that a batch is asked, as the gradebook keeps it beside the seed."""

    exercise: str | None = None  # the one of every file, whatever the files are called

    def typed(self) -> str:
        """As it is typed after `grader grade`."""
        words = [f"--seed {self.seed}"] if self.seed is not None else []
        words += ["--no-timing"] if not self.timing else []
        words += ["--full"] if self.full else []
        words += [f"--require-isolation {self.require_tier.value}"] if self.require_tier is not None else []
        words += [f"--exercise {self.exercise}"] if self.exercise is not None else []
        return " ".join(words)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch is graded with."""

    batch: Batch
    options: GradeOptions  # with the seed
    exercise: str | None = None


class Figures(msgspec.Struct, kw_only=True):
    """How a batch stands."""

    taken_in: int = 0  # new in this batch
    known: int = 0  # attempts whose report was held already
    due: int = 0  # attempts, though equal submissions are graded once
    graded: int = 0
    faults: int = 0
    problems: int = 0  # of the folder
    persons: int = 0  # attempts that count and that a person must look at


def is_empty(folder: Path, gradebook: Path, exercise: str | None = None) -> bool:
    """Tell whether a folder holds nothing that could be graded or complained of; before a gradebook is made for it."""
    return next(iter(_intake(folder, gradebook, exercise)), None) is None


def agree(book: Gradebook, folder: Path, options: GradeOptions, *, resume: bool, exercise: str | None = None) -> Terms:
    """Settle what is graded with what: anew, or as the interrupted batch had it.

    Args:
        options: `seed` None keeps the gradebook's own.
        exercise: the one of every file, whatever the files are called.

    Raises:
        UsageError: there is nothing to resume, or it was graded with other options.
    """
    last = next(reversed(book.batches()), None)
    open_batch = last if last is not None and last.finished_at is None else None
    if resume and open_batch is None:
        raise UsageError.of(say("There is nothing to resume: no batch of {file} was interrupted.", file=book.path))
    seed = options.seed if options.seed is not None else last.seed if last is not None else secrets.randbits(SEED_BITS)
    options = msgspec.structs.replace(options, seed=seed)
    asked = Asked(**msgspec.structs.asdict(options), exercise=exercise)
    place = storable(str(folder.resolve()))
    if open_batch is not None:
        held = msgspec.structs.replace(msgspec.json.decode(open_batch.options, type=Asked), seed=open_batch.seed)
        if (open_batch.folder, held) == (place, asked):
            return Terms(batch=open_batch, options=options, exercise=exercise)
        if resume:
            raise UsageError.of(
                say(
                    "The interrupted batch was of {folder}, with {options}. Give the same folder and options, or leave"
                    " --resume out to begin anew.",
                    folder=open_batch.folder,
                    options=held.typed(),
                )
            )
    said = msgspec.json.encode(msgspec.structs.replace(asked, seed=None), order="sorted").decode()
    return Terms(batch=book.begin(place, seed, said), options=options, exercise=exercise)


def take_in(
    book: Gradebook, terms: Terms, folder: Path, *, tell: Callable[[int], None] = lambda _: None
) -> tuple[Figures, list[Text]]:
    """Read the folder into the gradebook, and settle what is due.

    Args:
        tell: told now and then how many more submissions have been read.

    Returns:
        The figures, and notes about names.

    Raises:
        UsageError: there is nothing to grade at all.
    """
    figures = Figures()
    intake = _intake(folder, book.path, terms.exercise)
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
            tell(_CHUNK)
    figures.taken_in += book.take_in(chunk)
    book.close_intake(terms.batch, problems)
    figures.problems = len(problems)
    if not read and not problems and not book.exercises():
        book.finish(terms.batch)  # there is nothing to go on with
        raise UsageError.of(say("{folder} holds no submission.", folder=folder))
    notes = intake.notes()
    if not read:  # a slip of the path, perhaps
        notes.append(say("Nothing was taken in from {folder}; what was handed in before stays.", folder=folder))
    known = set(slugs(config.content()))
    plans = plans_of([slug for slug in book.exercises() if slug in known], terms.options, terms.batch.seed)
    figures.known = book.want(plans)
    figures.due = book.count_due()
    return figures, notes


def due_slugs(book: Gradebook) -> list[str]:
    """The exercises that something is due of, those that are gone left out."""
    return sorted({each.exercise for each in book.due()} & set(slugs(config.content())))


def grade_due(
    book: Gradebook,
    terms: Terms,
    engine: Engine,
    figures: Figures,
    tell: Callable[[int], None],
    rules: Rules | None = None,
) -> None:
    """Grade what is due, keeping each result as it comes.

    Args:
        tell: told how many attempts each result settles.
        rules: say which attempts count, and so, which of them a person is asked about; None: those without a file.

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
    figures.persons = count_persons(book, rules or Rules())


def count_persons(book: Gradebook, rules: Rules) -> int:
    """How many attempts a person must look at: grader faults, what was too noisy, what no machine can judge.

    Whatever else is wrong with an attempt; what a person has decided asks nobody any more. As in the report, an attempt
    that does not count asks nobody.
    """
    asking = book.open_checks()
    places = itertools.groupby(book.attempts(), key=lambda each: (each.candidate_id, each.exercise))
    return sum(
        each.state is not State.GRADED
        or each.due
        or each.problem is not None
        or asking.get(each.id, int(each.verdict is Verdict.GRADER_FAULT)) > 0  # a fault before any check
        for each in (counted(list(tries), rules) for _, tries in places)
    )


def _intake(folder: Path, gradebook: Path, exercise: str | None) -> Intake:
    ours = [gradebook.parent, *files_of(gradebook)]
    return Intake(folder, slugs(config.content()), exercise=exercise, leave_out=ours)
