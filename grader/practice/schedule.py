"""When a question comes back: FSRS, fed by answers and by mistakes found in graded code.

A card is a question that came up at least once; its state is the scheduler's. Nothing is random here, and a system
clock that was set back never makes a review earlier than the one before it. This module must not know how questions
are asked or answers marked.
"""

from __future__ import annotations

import datetime
import zlib
from typing import Any

import fsrs
import msgspec

from grader.errors import ContentError
from grader.marking import Mark, MarkOutcome
from grader.practice import reviews
from grader.practice.bank import QuestionBank, load_questions
from grader.practice.history import History
from grader.practice.reviews import Card

KIND = "quiz"
_PREFIX = f"{KIND}:"
MOST_MISTAKES = 5  # a question remembers the latest

_SCHEDULER = fsrs.Scheduler(desired_retention=0.9, enable_fuzzing=False)


def card_id(question: str) -> str:
    return _PREFIX + question


def question_of(card: Card) -> str:
    """The question that a card is about."""
    return card.id.removeprefix(_PREFIX)


def is_right(mark: Mark) -> bool:
    """Whether an answer says all that matters and nothing that is known to be wrong; in practice that is enough.

    A grade wants more certainty than that: words beside the points, which no rule knows, go to a person there.
    """
    if mark.outcome is MarkOutcome.RIGHT:
        return True
    return mark.outcome is MarkOutcome.UNSURE and bool(mark.points) and mark.credit >= 1 and not mark.misconceptions


def rating_of(mark: Mark, *, knew: bool | None = None) -> fsrs.Rating:
    """What an answer says about memory.

    Args:
        mark: what became of the answer.
        knew: where no rule could decide, what the learner said after seeing the reference.
    """
    if is_right(mark):
        return fsrs.Rating.Good
    if mark.outcome is not MarkOutcome.UNSURE:
        return fsrs.Rating.Again
    return fsrs.Rating.Good if knew else fsrs.Rating.Again if knew is False else fsrs.Rating.Hard


def answered(
    history: History,
    question: str,
    *,
    rating: fsrs.Rating,
    answer: str,
    at: datetime.datetime,
    interview: str | None = None,
) -> Card:
    """Record an answer, and schedule the question anew.

    Raises:
        HistoryError: nothing was recorded.
    """
    before = reviews.card(history, card_id(question))
    after = _reviewed(question, before, rating, at, mistakes=[])
    correct = rating is not fsrs.Rating.Again
    reviews.record_answer(history, after, correct=correct, rating=int(rating), answer=answer, interview=interview)
    return after


def mistakes_found(
    history: History,
    exercise: str,
    made: tuple[str, ...],
    at: datetime.datetime,
    bank: QuestionBank | None = None,
) -> tuple[str, ...]:
    """Let the questions behind mistakes in graded code come back, as if they had been answered wrongly.

    Args:
        made: ids of mistakes that were not there before.

    Returns:
        The questions that are scheduled; none where the bank itself cannot be read.

    Raises:
        HistoryError: the disk did not do its part.
    """
    if not made:
        return ()
    try:
        bank = bank or load_questions()
    except ContentError:
        return ()
    causes: dict[str, list[str]] = {}
    for mistake in made:
        for question in bank.after(exercise, mistake):
            causes.setdefault(question, []).append(f"{exercise}/{mistake}")
    for question, mistakes in causes.items():
        before = reviews.card(history, card_id(question))
        card = _reviewed(question, before, fsrs.Rating.Again, at, mistakes=mistakes)
        card = msgspec.structs.replace(card, due_at=at.astimezone(datetime.UTC).isoformat(timespec="seconds"))  # now
        reviews.save_card(history, card)
    return tuple(causes)


def due(history: History, bank: QuestionBank, at: datetime.datetime) -> tuple[Card, ...]:
    """The cards that are due, the longest due first; cards of questions that are gone are left out."""
    return tuple(each for each in reviews.due_cards(history, at, KIND) if question_of(each) in bank.questions)


def causes_of(card: Card) -> tuple[str, ...]:
    """The mistakes in graded code that brought a card back, as `exercise/mistake`, the latest last."""
    return tuple(_mistakes_in(card.state))


def _reviewed(
    question: str, before: Card | None, rating: fsrs.Rating, at: datetime.datetime, *, mistakes: list[str]
) -> Card:
    number = zlib.crc32(question.encode())  # the scheduler wants one; its own would be the time
    known: dict[str, Any] = dict(before.state) if before is not None else {}
    try:
        memory = _remembered(fsrs.Card.from_dict(known["fsrs"]), rating, at)
    # A first review, or a state that somebody else wrote: what is wrong with it shows when it is reckoned with.
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        memory = _remembered(fsrs.Card(card_id=number, due=at), rating, at)
    kept = [each for each in _mistakes_in(known) if each not in mistakes]
    state = {"fsrs": memory.to_dict(), "mistakes": [*kept, *mistakes][-MOST_MISTAKES:]}
    return Card(id=card_id(question), kind=KIND, state=state, due_at=memory.due.isoformat(timespec="seconds"))


def _remembered(memory: fsrs.Card, rating: fsrs.Rating, at: datetime.datetime) -> fsrs.Card:
    when = max(at, memory.last_review) if memory.last_review is not None else at
    memory, _ = _SCHEDULER.review_card(memory, rating, review_datetime=when.astimezone(datetime.UTC))
    return memory


def _mistakes_in(state: dict[str, Any]) -> list[str]:
    found = state.get("mistakes")
    return [str(each) for each in found] if isinstance(found, list) else []
