"""The follow-up questions of an interview: an answer against the clock, then one's own judgement of it.

An answer is kept before its model answer is shown; judging it takes no time of the interview's. Who is interrupted at
the judgement is asked for it again, and not for another answer. This module must not know what an answer is worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.asking import ask, at_terminal
from grader.cli.speech import put
from grader.i18n import say
from grader.model import Exercise, FollowUp, Language

if TYPE_CHECKING:
    from grader.cli.asking import Countdown
    from grader.practice.interview import Interview

_RATINGS = ("0", "1", "2")


def hold_follow_ups(held: Interview, exercise: Exercise, countdown: Countdown, language: Language) -> bool:
    """Ask what was not asked yet, and have it judged; False where the interview is interrupted.

    Raises:
        TimeUp: no time is left for another answer.
    """
    asked = [each for each in held.state.plan.follow_ups if each < len(exercise.followups)]  # it may have changed
    given = {each.number: each for each in held.state.follow_ups}
    for number in (each for each in asked if each in given and given[each].rating is None):
        put("", language)
        put(exercise.followups[number].question, language)
        put(say("You answered: {answer}", answer=given[number].answer), language)
        if not _judge(held, number, exercise.followups[number], language):
            return False
    for number in (each for each in asked if each not in given):
        put("", language)
        put(exercise.followups[number].question, language)
        answer = countdown.ask(say("Your answer:").in_language(language))
        if answer is None:
            return False
        held.followed_up(number, answer)
        if not _judge(held, number, exercise.followups[number], language):
            return False
    return True


def _judge(held: Interview, number: int, follow_up: FollowUp, language: Language) -> bool:
    """Show the model answer, and take in what the learner makes of their own; False where there is no more input."""
    put(say("A good answer: {answer}", answer=follow_up.answer), language)
    with held.off_the_clock():
        rating = _rating(language)
    if rating is None:
        return False
    held.rated(number, rating)
    return True


def _rating(language: Language) -> int | None:
    """How much of an answer was there, as the learner says; Enter alone is nothing. A slip is asked again."""
    while True:
        rating = ask(say("How much of it did you say? 0 nothing, 1 some, 2 all:").in_language(language))
        if rating is None:
            return None
        if rating.strip() in _RATINGS:
            return int(rating)
        if not rating.strip() or not at_terminal():
            return 0
