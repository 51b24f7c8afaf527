"""One answer, marked: right, wrong, unsure, or absent; with the misconception that it gives away and why."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import msgspec

from grader.i18n import say
from grader.marking import prose
from grader.marking.folding import fold, length_when_folded, unmarked, without_label
from grader.marking.letters import letters_of
from grader.marking.quantity import Quantity, Reading, read_quantities
from grader.marking.question import Choice, Numeric, Point, Question, ShortAnswer
from grader.marking.rubric import MOST_CHARACTERS, examine
from grader.marking.units import Unit, read_unit
from grader.model import Text

# Misconceptions that the rules themselves name, whatever the question.
UNIT_MISSING = "unit_missing"
WRONG_DIMENSION = "wrong_dimension"

_ANSWER_CHARACTERS = 200
_GUESSES = 3  # so many different values are no slip and no range: whoever writes them hopes that one is right


class MarkOutcome(enum.StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"  # a person should look
    ABSENT = "absent"


class FoundPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A point of the rubric, with the sentence that makes it: the candidate's own words, untrusted."""

    id: str
    title: Text
    sentence: str


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one answer."""

    question: str
    outcome: MarkOutcome
    credit: float  # 0..1
    message: Text
    answer: str = ""  # what was understood, short: a letter, a quantity, the start of a text; untrusted
    value: float | None = None  # of a number, in base units
    misconceptions: tuple[str, ...] = ()
    points: tuple[FoundPoint, ...] = ()
    missing: tuple[str, ...] = ()


def mark(question: Question, answer_text: str) -> Mark:
    """Mark an answer.

    Args:
        question: with its key.
        answer_text: what was answered, untrusted, of any length.
    """
    text = without_label(_beginning(answer_text))
    if not text or prose.says_nothing(text):
        return _mark(question, MarkOutcome.ABSENT, say("There is no answer."))
    match question:
        case Choice():
            return _choice(question, text)
        case Numeric():
            return _numeric(question, text)
        case ShortAnswer():
            return _short(question, text)


def _beginning(text: str) -> str:
    """As much of an answer as is read, and a character more where there is more. Some characters grow when folded."""
    text = text[: MOST_CHARACTERS + 1]
    return text if length_when_folded(text) <= MOST_CHARACTERS else fold(text)[: MOST_CHARACTERS + 1]


def _choice(question: Choice, text: str) -> Mark:
    letters = letters_of(text, question.choices)
    shown = ", ".join(letters) or _start(text)
    if not letters:
        reason = say("No letter was found. Answer with one letter.")
        return _mark(question, MarkOutcome.WRONG, reason, answer=shown)
    if len(letters) > 1:
        reason = say("More than one letter is given, where one was asked for: {letters}.", letters=shown)
        return _mark(question, MarkOutcome.WRONG, reason, answer=shown)
    (letter,) = letters
    if letter == question.key:
        return _mark(question, MarkOutcome.RIGHT, say("Right."), answer=letter)
    if letter not in question.choices:
        reason = say("There is no choice {letter}.", letter=letter)
        return _mark(question, MarkOutcome.WRONG, reason, answer=letter)
    misconceptions = (question.wrong[letter],) if letter in question.wrong else ()
    reason = say("{letter} is not the answer.", letter=letter)
    return _mark(question, MarkOutcome.WRONG, reason, answer=letter, misconceptions=misconceptions)


def _numeric(question: Numeric, text: str) -> Mark:
    reading = read_quantities(text)
    unit, _ = read_unit(question.unit, 0)
    wanted = unit or Unit(1.0)
    fitting = tuple(each for each in reading.quantities if _fits(each, wanted, question.bare))
    if not reading.quantities:
        if question.unit:
            reason = say("No number was found. Answer with a number and its unit.")
        else:
            reason = say("No number was found. Answer with a number.")
        return _mark(question, MarkOutcome.WRONG, reason, answer=_start(text))
    doubtful = tuple(each for each in reading.quantities if each.ambiguous)
    if doubtful and not any(each.has_unit for each in fitting):
        if _different((each.number for each in doubtful), question.tolerance) >= _GUESSES:
            return _guesses(question, text)
        return _mark(question, MarkOutcome.UNSURE, say("The unit can be read in two ways."), answer=_start(text))
    if not fitting:
        return _without_fitting_unit(question, reading, wanted)
    chosen = fitting[0]
    different = _different((_value(each, wanted) for each in fitting), question.tolerance)
    if different > 1:
        final = reading.final(fitting)
        if different >= _GUESSES and (final is None or reading.in_range(final)):
            return _guesses(question, text)
        if final is None:
            return _unsure(question, text)
        chosen = final
    if reading.ranges:
        return _unsure(question, text)
    value = _value(chosen, wanted)
    answer = reading.text[chosen.start : chosen.end][:_ANSWER_CHARACTERS]
    if _near(value, question.value, question.tolerance):
        return _mark(question, MarkOutcome.RIGHT, say("Right."), answer=answer, value=question.value)
    for each in question.wrong:
        if _near(value, each.value, question.tolerance):
            # One misconception, one value: the first that the question ties to it.
            first = next(other.value for other in question.wrong if other.misconception == each.misconception)
            reason = say("{answer} is not the answer.", answer=answer)
            misconceptions = (each.misconception,)
            return _mark(question, MarkOutcome.WRONG, reason, answer=answer, value=first, misconceptions=misconceptions)
    return _mark(
        question, MarkOutcome.WRONG, say("{answer} is not the answer.", answer=answer), answer=answer, value=value
    )


def _without_fitting_unit(question: Numeric, reading: Reading, wanted: Unit) -> Mark:
    """No quantity has the dimension that was asked for."""
    bare = [each for each in reading.quantities if not each.has_unit]
    final = reading.final(reading.quantities) or reading.quantities[-1]
    answer = reading.text[final.start : final.end][:_ANSWER_CHARACTERS]
    if final.has_unit and final.unit.dimension != wanted.dimension:
        reason = say("{answer} is not a quantity of the kind that was asked for.", answer=answer)
        return _mark(question, MarkOutcome.WRONG, reason, answer=answer, misconceptions=(WRONG_DIMENSION,))
    if any(_near(each.number * wanted.factor, question.value, question.tolerance) for each in bare):
        reason = say("The unit is missing: {answer} of what?", answer=answer)
        return _mark(question, MarkOutcome.WRONG, reason, answer=answer, misconceptions=(UNIT_MISSING,))
    return _mark(question, MarkOutcome.WRONG, say("{answer} is not the answer.", answer=answer), answer=answer)


def _short(question: ShortAnswer, text: str) -> Mark:
    found = examine(question, text)
    titles: dict[str, Point] = {point.id: point for point in question.points}
    points = tuple(FoundPoint(id=name, title=titles[name].title, sentence=sentence) for name, sentence in found.points)
    outcome = {True: MarkOutcome.RIGHT, False: MarkOutcome.WRONG, None: MarkOutcome.UNSURE}[found.right]
    share = min(len(points), question.enough) / question.enough
    credit = {MarkOutcome.RIGHT: 1.0, MarkOutcome.UNSURE: share}.get(outcome, 0.0)
    return Mark(
        question=question.id,
        outcome=outcome,
        credit=credit,
        message=found.reason,
        answer=_start(text),
        misconceptions=found.misconceptions,
        points=points,
        missing=found.missing,
    )


def _fits(quantity: Quantity, wanted: Unit, bare: bool) -> bool:
    if not quantity.has_unit:
        return bare or wanted.dimension == (0, 0, 0)
    return quantity.unit.dimension == wanted.dimension


def _value(quantity: Quantity, wanted: Unit) -> float:
    return quantity.value if quantity.has_unit else quantity.number * wanted.factor


def _near(a: float, b: float, tolerance: float) -> bool:
    return abs(a - b) <= tolerance * abs(b) + 1e-12 * abs(b)


def _different(values: Iterable[float], tolerance: float) -> int:
    """How many values there are that cannot be taken for one another; no more than `_GUESSES` are told apart."""
    known: list[float] = []
    for value in values:
        if len(known) < _GUESSES and not any(_near(value, each, tolerance) for each in known):
            known.append(value)
    return len(known)


def _guesses(question: Numeric, text: str) -> Mark:
    reason = say("Three or more values are given, and none as the answer, where one was asked for.")
    return _mark(question, MarkOutcome.WRONG, reason, answer=_start(text))


def _unsure(question: Numeric, text: str) -> Mark:
    if question.unit:
        reason = say("Several values are given, and none as the answer. Write one number with its unit.")
    else:
        reason = say("Several values are given, and none as the answer. Write one number.")
    return _mark(question, MarkOutcome.UNSURE, reason, answer=_start(text))


def _start(text: str) -> str:
    line = " ".join(unmarked(text).split())
    return line if len(line) <= _ANSWER_CHARACTERS else line[:_ANSWER_CHARACTERS] + "…"


def _mark(
    question: Question,
    outcome: MarkOutcome,
    message: Text,
    *,
    answer: str = "",
    value: float | None = None,
    misconceptions: tuple[str, ...] = (),
) -> Mark:
    credit = 1.0 if outcome is MarkOutcome.RIGHT else 0.0
    return Mark(
        question=question.id,
        outcome=outcome,
        credit=credit,
        message=message,
        answer=answer,
        value=value,
        misconceptions=misconceptions,
    )
