"""What an interview asks: deterministic, weak spots first, whole enough to be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import fsrs
import msgspec
import pytest

from grader.catalog.load import load
from grader.errors import UsageError
from grader.model import Exercise, Function, Outcome, Report
from grader.practice import schedule
from grader.practice.bank import load_questions
from grader.practice.history import History
from grader.practice.interview_plan import MOST_QUESTIONS, SHARES, Plan, make_plan, needed_parts

BANK = load_questions()
EXERCISES = [load("self_attention"), load("word2vec")]
SEEDS = range(80)


def plan(history: History, seed: int = 1, **options: Any) -> Plan:
    options = {"minutes": 45.0, "exercises": EXERCISES, **options}
    exercises = options.pop("exercises")
    return make_plan(history, exercises, BANK, seed=seed, at=history._now(), **options)


def test_the_same_seed_plans_the_same(history: History) -> None:
    """And another one something else."""
    assert plan(history) == plan(history)
    assert len({plan(history, seed).part for seed in SEEDS}) > 3


def test_a_focus_is_kept_to(history: History) -> None:
    """Whatever the seed."""
    assert {plan(history, seed, focus="word2vec").exercise for seed in SEEDS} == {"word2vec"}


def test_what_goes_wrong_comes_up_more_often(
    history: History, report_of: Callable[..., Report], mistake: Callable[..., Any]
) -> None:
    """An exercise with open mistakes against one that is whole; neither is ever left out."""
    whole = report_of({"a": Outcome.PASSED}, exercise="word2vec")
    history.record(msgspec.structs.replace(whole, score=100.0, max_score=100.0))
    history.record(report_of({"a": Outcome.FAILED}, mistake("attn_no_scale", "a"), exercise="self_attention"))
    counts = Counter(plan(history, seed).exercise for seed in SEEDS)

    assert counts["self_attention"] > 3 * counts["word2vec"] > 0


def test_a_weak_part_comes_up_more_often(history: History, report_of: Callable[..., Report]) -> None:
    """The part that failed last against those that passed."""
    outcomes = {"a": Outcome.PASSED, "b": Outcome.FAILED, "c": Outcome.PASSED}
    parts = {"a": "attention", "b": "mask", "c": "streaming"}
    history.record(report_of(outcomes, exercise="self_attention", parts=parts))
    counts = Counter(plan(history, seed, focus="self_attention").part for seed in SEEDS)

    assert counts["mask"] > counts["attention"] > 0
    assert counts["mask"] > counts["streaming"] > 0


def test_a_part_comes_with_those_that_its_checks_call() -> None:
    """Layers are judged by weights that are loaded into them: one without the other would be worth nothing."""
    attention = EXERCISES[0]
    by_name = {each.id: each for each in attention.parts}

    assert needed_parts(attention, by_name["attention"]) == ("attention",)
    assert needed_parts(attention, by_name["multi_head"]) == ("multi_head", "load_weights")
    assert needed_parts(attention, by_name["streaming"]) == ("streaming",)


def test_parts_that_are_only_answered_are_left_to_the_quiz(history: History) -> None:
    """Code is what the first phase is about; an exercise without any cannot be taken."""
    exercise = _only_answers(EXERCISES[0])

    with pytest.raises(UsageError):
        plan(history, exercises=[exercise])


def _only_answers(exercise: Exercise) -> Exercise:
    functions = tuple(Function(name=each.name, part=each.part, answer=True) for each in exercise.functions)
    return msgspec.structs.replace(exercise, functions=functions)


def test_time_is_shared_out(history: History) -> None:
    """All of it, most for the code."""
    allowed = plan(history, minutes=45).allowed_s

    assert sum(allowed.values()) == pytest.approx(45 * 60)
    assert max(allowed, key=allowed.__getitem__) == "code"
    assert sum(SHARES.values()) == pytest.approx(1)


def test_the_quiz_fits_into_its_time(history: History) -> None:
    """A short interview asks few questions, a very long one not all of them; none twice."""
    for minutes, most in ((1, 3), (45, 8), (240, MOST_QUESTIONS)):
        questions = plan(history, minutes=minutes).questions
        assert 3 <= len(questions) <= most
        assert len(set(questions)) == len(questions)
        assert set(questions) <= set(BANK.questions)


def test_what_is_due_is_asked_and_then_what_is_near(history: History, clock: Any) -> None:
    """Half of the quiz at most is old; the rest turns to the exercise's own topics."""
    for each in BANK.of_topic("metrics"):
        schedule.answered(history, each.id, rating=fsrs.Rating.Again, answer="", at=clock.now)
    clock.pass_days(10)
    topics = [BANK.questions[each].topic for each in plan(history, focus="self_attention").questions]

    assert topics[: len(topics) // 2] == ["metrics"] * (len(topics) // 2)
    assert set(topics[(len(topics) + 1) // 2 :]) <= set(BANK.topics_of("self_attention"))


def test_follow_ups_are_of_the_exercise(history: History) -> None:
    """Up to three, in its order."""
    chosen = plan(history, focus="self_attention").follow_ups

    assert len(chosen) == 3
    assert list(chosen) == sorted(set(chosen))
    assert max(chosen) < len(EXERCISES[0].followups)
