"""`grader quiz`: questions on LLM inference, what is due first; each answer is marked, and scheduled to come back."""

from __future__ import annotations

import contextlib
import datetime
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import complain, put, tell
from grader.i18n import say, say_count
from grader.model import Language, Text

if TYPE_CHECKING:
    from grader.marking import Mark, Question
    from grader.practice.bank import QuestionBank
    from grader.practice.history import History
    from grader.practice.quiz import Asked

DEFAULT_COUNT = 10
SEED_BITS = 32


@click.command(
    cls=Command,
    name="quiz",
    short_help="Answer questions on LLM inference.",
    help=(
        "Answer questions on LLM inference: first those that are due, mistakes of your code among them, then new ones."
        " Answers are read line by line, from a pipe too."
    ),
)
@option("--topic", metavar="T", help="Only this topic; --topics lists them.")
@option("--topics", is_flag=True, help="List the topics, and how many questions each has.")
@option("--count", type=click.IntRange(1), default=DEFAULT_COUNT, metavar="N", help="How many questions; otherwise 10.")
@option("--due", is_flag=True, help="Only questions that are due.")
@option("--seed", type=int, metavar="N", help="The same seed asks the same.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def quiz(topic: str | None, topics: bool, count: int, due: bool, seed: int | None, lang: str | None) -> int:
    """Ask, and return the exit code."""
    from grader.practice.bank import load_questions
    from grader.practice.quiz import pick

    language = language_of(lang)
    bank = load_questions()
    if topic is not None:
        bank.require_topic(topic)
    if topics:
        _list(bank, language)
        return exits.ACCEPTED
    from grader.cli.attempt import open_history

    history = open_history(language)
    with history or contextlib.nullcontext():
        asked = pick(
            bank,
            history,
            count=count,
            seed=secrets.randbits(SEED_BITS) if seed is None else seed,
            at=datetime.datetime.now(datetime.UTC),
            topics=(topic,) if topic is not None else (),
            only_due=due,
        )
        if not asked:
            tell(say("Nothing is due."), language)
            return exits.ACCEPTED
        _Session(bank, history, language).run(asked)
    return exits.ACCEPTED


class _Session:
    """One quiz, from the first question to the tally."""

    def __init__(self, bank: QuestionBank, history: History | None, language: Language) -> None:
        self._bank = bank
        self._history = history
        self._language = language
        self._right = 0
        self._answered = 0

    def run(self, asked: tuple[Asked, ...]) -> None:
        """Ask one after the other, until the end or until there is no more input."""
        from grader.cli.asking import ask, at_terminal

        if at_terminal():
            tell(say("Enter alone means that you do not know. Ctrl-D ends the quiz."), self._language)
        try:
            for number, each in enumerate(asked, 1):
                for line in question_lines(self._bank, each, number, len(asked)):
                    self._show(line)
                given = marked_answer(each.question, ask, self._language)
                if given is None:
                    break
                self._say(each.question, *given)
        finally:  # Ctrl-C too: what was answered is kept, and said
            if self._answered:
                self._show(say("{right} of {answered} right.", right=self._right, answered=self._answered))

    def _say(self, question: Question, mark: Mark, answer: str) -> None:
        from grader.marking import MarkOutcome
        from grader.practice import schedule
        from grader.practice.quiz import comment

        said = comment(self._bank, question, mark)
        self._show(said.verdict)
        for reason in said.reasons:
            self._show(say("  {reason}", reason=reason))
        self._show(say("Reference: {reference}", reference=said.reference))
        self._show(say("Source: {source}", source=said.source))
        right = schedule.is_right(mark)
        knew: bool | None = None
        try:
            if mark.outcome is MarkOutcome.UNSURE and not right:
                knew = self._own_judgement()
        finally:  # Ctrl-C too: it was answered, only not judged
            self._answered += 1
            self._right += right or knew is True
            self._remember(question, mark, answer, knew)
        self._show("")

    def _own_judgement(self) -> bool | None:
        """What the learner says of an answer that no rule can decide; a pipe says nothing."""
        from grader.cli.asking import ask, at_terminal

        if not at_terminal():
            return None
        answer = ask(self._in(say("Did you have it? [y/n]")))
        return None if not answer else answer.strip().lower()[:1] in ("y", "是", "对")

    def _remember(self, question: Question, mark: Mark, answer: str, knew: bool | None) -> None:
        from grader.practice import schedule
        from grader.practice.store import HistoryError

        if self._history is None:
            return
        try:
            schedule.answered(
                self._history,
                question.id,
                rating=schedule.rating_of(mark, knew=knew),
                answer=answer,
                at=datetime.datetime.now(datetime.UTC),
            )
        except HistoryError as error:
            complain(error.text, self._language)
            self._history = None  # said once

    def _show(self, what: Text | str) -> None:
        put(what, self._language)

    def _in(self, text: Text) -> str:
        return text.in_language(self._language)


def marked_answer(question: Question, ask: Callable[[str], str | None], language: Language) -> tuple[Mark, str] | None:
    """An answer with its mark. At a terminal, what can be no answer is asked for again; a pipe is asked once.

    Args:
        ask: shows a prompt and gives a line, or None where there is no more input; None is returned then.
    """
    from grader.cli.asking import at_terminal
    from grader.marking import mark
    from grader.practice.quiz import how_to_answer, slip

    while True:
        answer = ask(how_to_answer(question).in_language(language))
        if answer is None:
            return None
        marked = mark(question, answer)
        again = slip(question, marked) if at_terminal() else None
        if again is None:
            return marked, answer
        put(again, language)


def question_lines(bank: QuestionBank, asked: Asked, number: int, count: int) -> list[Text]:
    """A question as lines: its place, why it comes back, the question, its choices."""
    from grader.marking import Choice
    from grader.practice.quiz import cause_titles

    question = asked.question
    topic = bank.topics[question.topic]
    lines = [
        say("{number}/{count} · {topic} · L{level}", number=number, count=count, topic=topic, level=question.level)
    ]
    lines += [say("Your code had this mistake: {title}.", title=title) for title in cause_titles(asked.causes)]
    lines.append(question.prompt)
    if isinstance(question, Choice):
        for letter, text in question.choices.items():
            lines.append(say("  {letter}. {text}", letter=letter, text=text))
    return lines


def _list(bank: QuestionBank, language: Language) -> None:
    from grader.cli.tables import plain_table, show

    table = plain_table([say("topic"), say("title"), say("questions")], language, right=(2,), whole=(0,))
    for name, title in bank.topics.items():
        table.add_row(name, title.in_language(language), str(len(bank.of_topic(name))))
    show(table)
    total = len(bank.questions)
    tell(say_count("One question in all.", "{count} questions in all.", total), language)
