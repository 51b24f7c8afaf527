"""What an interview asks: an exercise part, follow-up questions and a quiz, the weak spots first.

The same seed, history and time give the same plan. This module must not know how time passes or who answers.
"""

from __future__ import annotations

import ast
import datetime
import functools
import random
from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.errors import UsageError
from grader.i18n import say
from grader.model import Exercise, Part
from grader.practice import quiz
from grader.practice.bank import QuestionBank
from grader.practice.history import History

SHARES = {"code": 0.6, "follow_ups": 0.15, "quiz": 0.25}  # of the time
QUESTION_MINUTES = 1.5
FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 20
FOLLOW_UPS = 3
NEAR_TOPICS = 4  # topics of the exercise that the quiz turns to first


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What will be asked."""

    exercise: str
    part: str  # the part that the interview is about
    parts: tuple[str, ...]  # with those that its checks need too, in the exercise's order
    follow_ups: tuple[int, ...]  # by their place in the exercise
    questions: tuple[str, ...]
    allowed_s: dict[str, float]


def make_plan(
    history: History,
    exercises: Sequence[Exercise],
    bank: QuestionBank,
    *,
    seed: int,
    minutes: float,
    at: datetime.datetime,
    focus: str | None = None,
) -> Plan:
    """Plan an interview.

    Args:
        exercises: to choose from, sorted.
        focus: the slug of the exercise to take.

    Raises:
        UsageError: there is no exercise with code to write.
    """
    chance = random.Random(seed)
    candidates = [each for each in exercises if _parts_with_code(each) and focus in (None, each.slug)]
    if not candidates:
        text = say("There is no exercise with code to write, so there is nothing to interview about.")
        raise UsageError(text.en, text.zh)
    exercise = chance.choices(candidates, [_need(history, each) for each in candidates])[0]
    parts = _parts_with_code(exercise)
    part = chance.choices(parts, _part_needs(history, exercise, parts))[0]
    follow_ups = chance.sample(range(len(exercise.followups)), min(FOLLOW_UPS, len(exercise.followups)))
    return Plan(
        exercise=exercise.slug,
        part=part.id,
        parts=needed_parts(exercise, part),
        follow_ups=tuple(sorted(follow_ups)),
        questions=_questions(history, bank, exercise, seed=seed, minutes=minutes, at=at),
        allowed_s={phase: minutes * 60 * share for phase, share in SHARES.items()},
    )


def needed_parts(exercise: Exercise, part: Part) -> tuple[str, ...]:
    """A part with those whose functions its hidden checks call too: without them it could not be judged."""
    owners = {each.name: each.part for each in exercise.functions}
    support = _support(exercise.support_file)
    needed = {part.id, *part.requires}
    for file in sorted(exercise.hidden.glob("test_*.py")):
        used, strings = _names_in(file)
        if part.id in strings:
            inside = frozenset().union(*(support[name] for name in used if name in support))
            needed |= {owners[name] for name in used | inside if name in owners}
    return tuple(each.id for each in exercise.parts if each.id in needed)


@functools.cache
def _names_in(file: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The attributes that a file uses, and the strings that stand in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    attributes = frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute))
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    return attributes, frozenset(value for value in constants if isinstance(value, str))


@functools.cache
def _support(file: Path) -> dict[str, frozenset[str]]:
    """The functions of a support file, each with the attributes that it uses."""
    if not file.is_file():
        return {}
    functions = [node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]
    return {
        function.name: frozenset(node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute))
        for function in functions
    }


def _parts_with_code(exercise: Exercise) -> list[Part]:
    """Parts that ask for functions; answers to questions are what the quiz is for."""
    owners = {each.part for each in exercise.functions if not each.answer}
    return [part for part in exercise.parts if part.id in owners]


def _need(history: History, exercise: Exercise) -> float:
    """How much an exercise wants practice; never 0, so that what goes well comes up as well."""
    still_wrong = sum(each.cured_at is None for each in history.mistakes(exercise.slug))
    best = history.best_score(exercise.slug)
    gap = 0.6 if best is None else max(0.0, 1 - best / 100)
    fresh = 0.5 if history.solution_seen(exercise.slug) else 1.0
    return (0.3 + gap + min(still_wrong, 4)) * fresh


def _part_needs(history: History, exercise: Exercise, parts: Sequence[Part]) -> list[float]:
    reached: dict[str, float] = {}
    possible: dict[str, float] = {}
    for attempt in history.attempts(exercise.slug, limit=1):
        for each in history.checks_of(attempt.id):
            reached[each.part] = reached.get(each.part, 0.0) + each.points
            possible[each.part] = possible.get(each.part, 0.0) + each.max_points
    return [0.3 + (1 - reached[part.id] / possible[part.id] if possible.get(part.id) else 0.6) for part in parts]


def _questions(
    history: History, bank: QuestionBank, exercise: Exercise, *, seed: int, minutes: float, at: datetime.datetime
) -> tuple[str, ...]:
    """What is due first, then the topics of the exercise, then the rest."""
    count = round(minutes * SHARES["quiz"] / QUESTION_MINUTES)
    count = min(max(count, FEWEST_QUESTIONS), MOST_QUESTIONS)
    near = bank.topics_of(exercise.slug)[:NEAR_TOPICS]
    rounds = (
        quiz.pick(bank, history, count=(count + 1) // 2, seed=seed, at=at, only_due=True),
        quiz.pick(bank, history, count=count, seed=seed, at=at, topics=near) if near else (),
        quiz.pick(bank, history, count=count, seed=seed, at=at),
    )
    names = dict.fromkeys(asked.question.id for each in rounds for asked in each)
    return tuple(names)[:count]
