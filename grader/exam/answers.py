"""The answers of one submission: `answers.md` read and marked on the trusted side, where the keys are.

No worker ever sees a key, and none is asked: an answer is text. What a mark shows is an observation like any other, so
that the diagnosis names a misconception by the same rule as a mistake in code. This module must not know the checks.
"""

from __future__ import annotations

import functools
from pathlib import Path

from grader.marking import Bank, Mark, MarkOutcome, Sheet, ShortAnswer, compose, load_bank, mark, parse
from grader.marking.mark import UNIT_MISSING, WRONG_DIMENSION
from grader.model import Exercise, Returned


class Answers:
    """What a submission answers, question by question."""

    def __init__(self, exercise: Exercise, data: bytes | None) -> None:
        self._exercise = exercise
        self._data = data
        self._marks: dict[str, Mark] = {}

    def mark(self, question: str) -> Mark:
        """The mark of one answer; the same every time.

        Raises:
            ContentError: the questions or their keys are broken.
        """
        if question not in self._marks:
            self._marks[question] = self._marked(question)
        return self._marks[question]

    def observe(self, question: str, misconception: str = "") -> Returned:
        """What an answer shows, as a plain value: a letter, a number in base units, what became of an essay; or
        whether it shows a misconception.

        Answers that differ in nothing but their wording show the same.
        """
        marked = self.mark(question)
        if misconception:
            return Returned(misconception in marked.misconceptions)
        if isinstance(self._bank.questions[question], ShortAnswer):
            return Returned(marked.outcome.value)
        for named in (UNIT_MISSING, WRONG_DIMENSION):
            if named in marked.misconceptions:
                return Returned(named)
        return Returned(marked.answer if marked.value is None else marked.value)

    def faults(self, question: str) -> tuple[str, ...]:
        """The misconceptions that an essay on a question may show, each asked for by itself: it may show several."""
        asked = self._bank.questions[question]
        return tuple(each.misconception for each in asked.faults) if isinstance(asked, ShortAnswer) else ()

    @functools.cached_property
    def _bank(self) -> Bank:
        return bank_of(self._exercise)

    @functools.cached_property
    def _sheet(self) -> Sheet:
        return parse(self._data or b"", self._exercise.questions)

    def _marked(self, question: str) -> Mark:
        if self._sheet.problem is not None:
            return Mark(question=question, outcome=MarkOutcome.WRONG, credit=0.0, message=self._sheet.problem)
        return mark(self._bank.questions[question], self._sheet.answers.get(question, ""))


def bank_of(exercise: Exercise) -> Bank:
    """The questions of an exercise with their keys.

    Raises:
        ContentError: they are broken, or do not fit the exercise.
    """
    known = tuple(each.id for each in exercise.mistakes)
    return _bank(exercise.questions_file, exercise.keys_file, known, exercise.questions, exercise.version)


@functools.lru_cache(maxsize=16)
def _bank(questions: Path, keys: Path, known: tuple[str, ...], asked: tuple[str, ...], _version: str) -> Bank:
    return load_bank(questions, keys, known=known, asked=asked)


def handed_in(exercise: Exercise, file: Path) -> tuple[bytes, bytes | None]:
    """Source and answers of a submission of ours: the reference, a mistake, an accepted variant.

    A module comes with the reference's answers; a sheet of answers with the reference's module, and with its answers to
    the questions that the sheet leaves out.
    """
    if not exercise.questions:
        return file.read_bytes(), None
    right = exercise.reference_answers.read_bytes()
    if file.suffix != ".md":
        return file.read_bytes(), right
    own = parse(file.read_bytes(), exercise.questions).answers
    whole = parse(right, exercise.questions).answers | own
    return exercise.reference.read_bytes(), compose(whole)
