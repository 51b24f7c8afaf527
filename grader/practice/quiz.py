"""A quiz: which questions, in which order, how their choices are laid out, and what is said to an answer.

The same seed, history and time give the same quiz. This module must not know who types the answers.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence

import msgspec

from grader.errors import GraderError
from grader.i18n import listed, say
from grader.marking import Choice, Mark, MarkOutcome, Numeric, Question, ShortAnswer
from grader.model import Text
from grader.practice import reviews, schedule
from grader.practice.bank import QuestionBank
from grader.practice.history import History

LETTERS = "ABCDEF"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is put to somebody: choices in an order of its own."""

    question: Question
    due: bool = False
    causes: tuple[str, ...] = ()  # mistakes in graded code that brought it back, as `exercise/mistake`


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """What is said to an answer."""

    verdict: Text
    reasons: tuple[Text, ...]  # why it is wrong, the misconception by name, points that are missing
    reference: Text
    source: str


def pick(
    bank: QuestionBank,
    history: History | None,
    *,
    count: int,
    seed: int,
    at: datetime.datetime,
    topics: Sequence[str] = (),
    only_due: bool = False,
) -> tuple[Asked, ...]:
    """Choose questions: those that are due, the longest due first; then new ones; then what will be due soonest.

    Args:
        history: None where there is none: all questions are new then.
        topics: only these; empty for all.
        only_due: leave the others out.
    """
    chance = random.Random(seed)
    wanted = [each.id for each in bank.questions.values() if not topics or each.topic in topics]
    cards = (
        {} if history is None else {schedule.question_of(each): each for each in reviews.cards(history, schedule.KIND)}
    )
    due = [] if history is None else [schedule.question_of(each) for each in schedule.due(history, bank, at)]
    chosen = [each for each in due if each in set(wanted)]
    late = set(chosen)
    if not only_due:
        new = [each for each in wanted if each not in cards]
        chance.shuffle(new)
        new.sort(key=lambda each: bank.questions[each].level)  # the shuffle decides among equals
        chosen += _spread(new, count, chance)
        chosen += [each for each in cards if each in set(wanted) and each not in late]
    asked = []
    for name in chosen[:count]:
        card = cards.get(name)
        causes = schedule.causes_of(card) if card is not None and name in late else ()
        asked.append(Asked(question=shuffled(bank.questions[name], seed), due=name in late, causes=causes))
    return tuple(asked)


def _spread(by_level: list[str], count: int, chance: random.Random) -> list[str]:
    """New questions of all levels, easy ones first: all of one level would tell little."""
    some = chance.sample(by_level, min(count, len(by_level)))
    rank = {name: number for number, name in enumerate(by_level)}
    return sorted(some, key=rank.__getitem__)


def shuffled(question: Question, seed: int) -> Question:
    """The question with its choices in an order that the seed decides; other kinds as they are."""
    if not isinstance(question, Choice):
        return question
    order = list(question.choices)
    random.Random(f"{seed}:{question.id}").shuffle(order)
    new = dict(zip(order, LETTERS, strict=False))
    return msgspec.structs.replace(
        question,
        choices={new[old]: question.choices[old] for old in order},
        key=new[question.key],
        wrong={new[old]: question.wrong[old] for old in order if old in question.wrong},
    )


def how_to_answer(question: Question) -> Text:
    """What kind of answer is wanted."""
    match question:
        case Choice():
            return say("One letter:")
        case Numeric():
            return say("A number with its unit:") if question.unit else say("A number:")
        case ShortAnswer():
            return say("A sentence or two:")


def slip(question: Question, mark: Mark) -> Text | None:
    """What to say where an answer cannot be meant so, and is worth another try; None where it can be marked."""
    match question:
        case Choice():
            # A letter that is wrong is an answer; no letter, several, or one that there is not, is none.
            return mark.message if mark.outcome is MarkOutcome.WRONG and mark.answer not in question.choices else None
        case Numeric():
            empty = mark.outcome is MarkOutcome.WRONG and not any(each.isnumeric() for each in mark.answer)
            return mark.message if empty or mark.outcome is MarkOutcome.UNSURE else None
        case ShortAnswer():
            return None


def comment(bank: QuestionBank, question: Question, mark: Mark) -> Comment:
    """What to say to an answer."""
    reasons: list[Text] = []
    if not schedule.is_right(mark) and mark.outcome is not MarkOutcome.ABSENT:
        if mark.message != verdict_of(mark) and not (isinstance(question, Choice) and mark.misconceptions):
            reasons.append(mark.message)
        for name in mark.misconceptions:
            found = bank.misconception(name)
            if found is not None:
                reasons.append(say("{title}. {explanation}", title=found.title, explanation=found.explanation))
    if isinstance(question, ShortAnswer) and mark.missing and not schedule.is_right(mark):
        titles = [point.title for point in question.points if point.id in mark.missing]
        reasons.append(say("Not found in your answer: {points}.", points=listed(titles)))
    reference = question.reference
    if isinstance(question, Choice):
        reference = say("{letter}. {reference}", letter=question.key, reference=reference)
    return Comment(verdict=verdict_of(mark), reasons=tuple(reasons), reference=reference, source=question.source)


def verdict_of(mark: Mark) -> Text:
    """One word for an answer."""
    if schedule.is_right(mark):
        return say("Right.")
    match mark.outcome:
        case MarkOutcome.ABSENT:
            return say("Not answered.")
        case MarkOutcome.UNSURE:
            return say("Not decided by rule: compare with the reference.")
        case _:
            return say("Not right.")


def cause_titles(causes: Sequence[str]) -> tuple[Text, ...]:
    """The names of the mistakes that brought a question back; none of an exercise that cannot be read."""
    from grader.catalog.load import load

    titles: list[Text] = []
    for cause in causes:
        exercise, _, mistake = cause.partition("/")
        try:
            titles += [each.title for each in load(exercise).mistakes if each.id == mistake]
        except GraderError:
            continue
    return tuple(titles)
