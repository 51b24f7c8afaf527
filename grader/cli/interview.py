"""`grader interview`: a mock interview against the clock, which a closed terminal only interrupts."""

from __future__ import annotations

import datetime
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import complain, put, tell
from grader.errors import GraderError, UsageError
from grader.i18n import say
from grader.model import Language, Text

if TYPE_CHECKING:
    from grader.cli.asking import Countdown
    from grader.marking import Mark, Question
    from grader.practice.bank import QuestionBank
    from grader.practice.history import History
    from grader.practice.interview import Interview

DEFAULT_MINUTES = 45.0

seconds = time.monotonic  # the clock; it does not follow one that is set back


@click.command(
    cls=Command,
    name="interview",
    short_help="Rehearse an interview against the clock.",
    help=(
        "Rehearse an interview against the clock: a part of an exercise, follow-up questions, a quiz; weak spots first."
        " It can be interrupted and resumed, and ends with a scorecard."
    ),
)
@option(
    "--minutes",
    type=click.FloatRange(1, 240),
    default=DEFAULT_MINUTES,
    metavar="M",
    help="How long it takes; otherwise 45.",
)
@option("--focus", metavar="SLUG", help="About this exercise.")
@option("--seed", type=int, metavar="N", help="The same seed asks the same.")
@option("--resume", is_flag=True, help="Go on with the one that was interrupted.")
@option("--drop", is_flag=True, help="End the one that was interrupted, and begin anew.")
@option(
    "--dir",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to work in; otherwise a new one, here.",
)
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def interview(
    minutes: float,
    focus: str | None,
    seed: int | None,
    resume: bool,
    drop: bool,
    folder: Path | None,
    lang: str | None,
) -> int:
    """Hold the interview, and return the exit code."""
    from grader.cli.interview_begin import Wish, begin
    from grader.practice.bank import load_questions
    from grader.practice.history import History
    from grader.practice.interview import Interview

    language = language_of(lang)
    if resume:
        _refuse_beside_resume()
    bank = load_questions()
    with History() as history:  # without it nothing would survive a closed terminal: then there is no interview
        for notice in history.notices:
            tell(notice, language)
        held = Interview.under_way(history, seconds)
        if resume:
            if held is None:
                raise _refusal(say("No interview is under way. Begin one with: grader interview"))
        else:
            if held is not None and not drop:
                raise _refusal(say("An interview is under way. Go on with --resume, or end it with --drop."))
            wish = Wish(minutes=minutes, focus=focus, seed=seed, folder=folder)
            unwanted, held = held, begin(history, bank, wish, language, seconds)
            if unwanted is not None:  # now that another one has begun
                unwanted.end()
        _Hall(held, history, bank, language).hold()
    return exits.ACCEPTED


def _refuse_beside_resume() -> None:
    """What one that goes on has no use for is no wish to be passed over in silence."""
    context = click.get_current_context()
    for parameter in context.command.params:
        if parameter.name in ("minutes", "focus", "seed", "drop", "folder"):
            source = context.get_parameter_source(parameter.name)
            if source is not click.core.ParameterSource.DEFAULT:
                name = parameter.opts[-1]
                raise _refusal(say("--resume goes on with what is under way; {option} does not fit it.", option=name))


def _refusal(text: Text) -> UsageError:
    return UsageError(text.en, text.zh)


class _Hall:
    """Where an interview is held: asks, shows, and lets the interview itself keep everything."""

    def __init__(self, held: Interview, history: History, bank: QuestionBank, language: Language) -> None:
        from grader.catalog.load import load

        self._held = held
        self._history = history
        self._bank = bank
        self._language = language
        self._exercise = load(held.state.plan.exercise)
        self._graded = ""  # sha256 of what was graded last

    def hold(self) -> None:
        """Hold it, from where it is. An interruption leaves it where it is."""
        from grader.cli.asking import Countdown, TimeUp
        from grader.cli.interview_end import sum_up
        from grader.practice.interview import DONE

        phases = {"code": self._code, "follow_ups": self._follow_ups, "quiz": self._quiz}
        self._welcome()
        try:
            with Countdown(self._held.left_s).shown() as countdown:
                while self._held.state.phase != DONE:
                    try:
                        goes_on = phases[self._held.state.phase](countdown)
                    except TimeUp:
                        self._show(say("Time is up for this part."))
                        if self._held.state.phase == "code":
                            self._grade()
                        goes_on = True
                    if not goes_on:
                        self._interrupt()
                        return
                    self._held.next_phase()
            self._show("")
            sum_up(self._held, self._exercise, self._bank, self._language)
            self._held.end()
        except KeyboardInterrupt:
            self._interrupt()
            raise

    def _interrupt(self) -> None:
        self._held.tick()
        self._held.keep()
        tell(say("Interrupted; nothing is lost. Go on with: grader interview --resume"), self._language)

    def _welcome(self) -> None:
        state = self._held.state
        part = next((each.title for each in self._exercise.parts if each.id == state.plan.part), None)
        self._show(
            say(
                "Mock interview: {title} · {part} · {minutes} minutes · seed {seed}",
                title=self._exercise.title,
                part=part or state.plan.part,
                minutes=f"{state.minutes:g}",
                seed=state.seed,
            )
        )

    # The phases. Each returns False where the interview is interrupted.

    def _code(self, countdown: Countdown) -> bool:
        state = self._held.state
        names = [each.name for each in self._exercise.functions if each.part in state.plan.parts and not each.answer]
        self._show(say("Write {names}.", names=", ".join(names)))
        self._show(say("File: {file}", file=self._file()))
        self._show(
            say("The task is in README.md beside it. g grades, h gives a hint (it costs), d is done, q interrupts.")
        )
        while True:
            answer = countdown.ask(self._in(say("[g/h/d/q]")))
            match "q" if answer is None else answer.strip().lower() or "g":
                case "g" | "grade":
                    self._grade()
                case "h" | "hint":
                    self._hint()
                case "d" | "done":
                    if self._grade():
                        return True
                case "q" | "quit":
                    return False
                case _:
                    self._show(say("g grades, h gives a hint, d is done, q interrupts."))

    def _follow_ups(self, countdown: Countdown) -> bool:
        from grader.cli.interview_followups import hold_follow_ups

        return hold_follow_ups(self._held, self._exercise, countdown, self._language)

    def _quiz(self, countdown: Countdown) -> bool:
        from grader.cli.quiz import marked_answer, question_lines
        from grader.practice import quiz

        plan = self._held.state.plan
        answered = {each.question for each in self._held.state.answers}
        for number, name in enumerate(plan.questions, 1):
            if name in answered or name not in self._bank.questions:
                continue
            asked = quiz.Asked(question=quiz.shuffled(self._bank.questions[name], self._held.state.seed))
            self._show("")
            for line in question_lines(self._bank, asked, number, len(plan.questions)):
                self._show(line)
            given = marked_answer(asked.question, countdown.ask, self._language)
            if given is None:
                return False
            marked, answer = given
            self._held.answered(marked, self._in_words(asked.question, marked, answer))
            self._schedule(name, marked, answer)
        return True

    def _in_words(self, question: Question, marked: Mark, answer: str) -> str:
        """A letter with what it stands for: on the scorecard the choices are not there any more."""
        from grader.marking import Choice

        if isinstance(question, Choice) and marked.answer in question.choices:
            return f"{marked.answer}. {self._in(question.choices[marked.answer])}"
        return answer

    def _schedule(self, name: str, marked: Mark, answer: str) -> None:
        from grader.practice import schedule

        schedule.answered(
            self._history,
            name,
            rating=schedule.rating_of(marked),
            answer=answer,
            at=datetime.datetime.now(datetime.UTC),
            interview=self._held.id,
        )

    # What happens in them.

    def _file(self) -> Path:
        return Path(self._held.state.folder) / self._exercise.stub.name

    def _grade(self) -> bool:
        """Grade what is there; what goes wrong with that on our side costs nothing but the sentence.

        Returns:
            Whether what is there now is graded.
        """
        from grader.catalog.intake import take_in
        from grader.examiner.client import Examiner, GradeOptions
        from grader.practice.recording import record_attempt

        try:
            intake = take_in([self._file()], self._exercise.slug)
            for refusal in intake.refused:
                raise refusal
            if intake.submissions[0].sha256 == self._graded:
                return True  # nothing has changed since
            options = GradeOptions(parts=self._held.state.plan.parts)
            with Examiner(options=options) as examiner:
                (report,) = examiner.grade(intake.submissions)
        except GraderError as error:
            complain(error.text, self._language)
            return False
        self._graded = intake.submissions[0].sha256
        code = self._held.graded(report, self._exercise)
        record_attempt(self._history, report, interview=self._held.id)
        self._show(say("{points} of {most} points.", points=f"{code.points:g}", most=f"{code.max_points:g}"))
        for mistake in code.mistakes:
            self._show(say("  {function}: {title}", function=mistake.function, title=mistake.title))
        return True

    def _hint(self) -> None:
        found = self._held.hint(self._exercise)
        if not found.levels:
            self._show(say("This part has no hints."))
            return
        self._show(say("Hint {level} of {levels}: {hint}", level=found.level, levels=found.levels, hint=found.text))

    def _show(self, what: Text | str) -> None:
        put(what, self._language)

    def _in(self, text: Text) -> str:
        return text.in_language(self._language)
