"""The question bank: its topics in order, its questions, and which of them come back after a mistake in graded code.

The files lie in `solutions/questions/`, which is no exercise: it holds answers, and never goes into a kit. This module
must not know who is asked, nor when.
"""

from __future__ import annotations

import fnmatch
import functools
import tomllib
from typing import Literal

import msgspec

from grader.config import Content, own_content
from grader.errors import ContentError, UsageError
from grader.i18n import say
from grader.marking import Bank, Misconception, Question, load_bank
from grader.marking.mark import UNIT_MISSING, WRONG_DIMENSION
from grader.model import Text

FOLDER = "questions"
TOPICS_FILE = "topics.toml"

# Misconceptions that the rules of marking name by themselves, whatever the question.
_BY_RULE = (UNIT_MISSING, WRONG_DIMENSION)


class QuestionBank(msgspec.Struct, frozen=True, kw_only=True):
    """All questions, by topic, with the way back to them from mistakes."""

    topics: dict[str, Text]  # in the order in which they build on one another
    questions: dict[str, Question]
    misconceptions: dict[str, Misconception]
    mistakes: dict[str, dict[str, tuple[str, ...]]]  # exercise -> pattern of mistake ids -> questions

    def of_topic(self, topic: str) -> tuple[Question, ...]:
        """The questions of one topic, in the author's order."""
        return tuple(each for each in self.questions.values() if each.topic == topic)

    def after(self, exercise: str, mistake: str) -> tuple[str, ...]:
        """The questions that come back after a mistake; none where the exercise is not known here."""
        for pattern, questions in self.mistakes.get(exercise, {}).items():
            if fnmatch.fnmatchcase(mistake, pattern):
                return questions
        return ()

    def topics_of(self, exercise: str) -> tuple[str, ...]:
        """The topics that an exercise leads to, the nearest first."""
        counts: dict[str, int] = {}
        for questions in self.mistakes.get(exercise, {}).values():
            for each in questions:
                topic = self.questions[each].topic
                counts[topic] = counts.get(topic, 0) + 1
        return tuple(sorted(counts, key=lambda topic: -counts[topic]))

    def require_topic(self, name: str) -> str:
        """The topic itself, where there is one of that name.

        Raises:
            UsageError: there is none.
        """
        if name in self.topics:
            return name
        text = say("There is no topic {name!r}. There are: {topics}.", name=name, topics=", ".join(self.topics))
        raise UsageError(text.en, text.zh)

    def misconception(self, name: str) -> Misconception | None:
        """A misconception by its id; None for one that nobody explains."""
        return self.misconceptions.get(name) or _by_rule(name)


class _Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    zh: str


class _Topics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: Literal[1]
    topics: dict[str, _Sentence]
    mistakes: dict[str, dict[str, tuple[str, ...]]] = {}


@functools.cache
def load_questions(where: Content | None = None) -> QuestionBank:
    """Read the bank.

    Args:
        where: by default, the content that came with the grader.

    Raises:
        ContentError: a file is missing or broken; names file, key and remedy.
    """
    folder = (where or own_content()).solutions / FOLDER
    index = folder / TOPICS_FILE
    try:
        found = msgspec.convert(tomllib.loads(index.read_text(encoding="utf-8")), _Topics)
    except (OSError, ValueError) as error:  # both decoders' errors are ValueErrors
        text = say("The topics of the questions in {file} cannot be read: {reason}.", file=index, reason=error)
        raise ContentError(text.en, text.zh) from error
    bank: Bank = load_bank(*(folder / f"{topic}.toml" for topic in found.topics), known=_BY_RULE)
    for exercise, patterns in found.mistakes.items():
        for pattern, questions in patterns.items():
            for each in questions:
                if each not in bank.questions:
                    key = f"mistakes.{exercise}.{pattern}"
                    text = say("{file}: {key}: there is no question {name!r}.", file=index, key=key, name=each)
                    raise ContentError(text.en, text.zh)
    return QuestionBank(
        topics={name: Text(en=title.en, zh=title.zh) for name, title in found.topics.items()},
        questions=bank.questions,
        misconceptions=bank.misconceptions,
        mistakes=found.mistakes,
    )


def _by_rule(name: str) -> Misconception | None:
    match name:
        case "unit_missing":
            return Misconception(
                id=name,
                title=say("A number without its unit"),
                explanation=say(
                    "7 of what? Milliseconds and seconds are a thousand apart; the unit is the answer's half."
                ),
            )
        case "wrong_dimension":
            return Misconception(
                id=name,
                title=say("A quantity of another kind"),
                explanation=say(
                    "A time was asked for and a size was given, or the like. Check the units of the formula."
                ),
            )
        case _:
            return None
