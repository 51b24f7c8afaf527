"""Which questions are asked, how their choices lie, and what is said to answers."""

from __future__ import annotations

import datetime
from collections import Counter

import fsrs
import pytest

from grader.marking import Choice, MarkOutcome, mark
from grader.practice import quiz, schedule
from grader.practice.bank import load_questions
from grader.practice.history import History

BANK = load_questions()
NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
LATER = NOON + datetime.timedelta(days=30)


def names(asked: tuple[quiz.Asked, ...]) -> list[str]:
    return [each.question.id for each in asked]


def test_the_same_seed_asks_the_same(history: History) -> None:
    """Questions, their order, and the order of their choices."""
    first = quiz.pick(BANK, history, count=12, seed=5, at=NOON)

    assert quiz.pick(BANK, history, count=12, seed=5, at=NOON) == first
    assert names(quiz.pick(BANK, history, count=12, seed=6, at=NOON)) != names(first)


def test_new_questions_come_from_many_topics_and_rise_in_level() -> None:
    """The first quiz of all shows the breadth of the bank, easy ones first."""
    asked = quiz.pick(BANK, None, count=20, seed=1, at=NOON)
    levels = [each.question.level for each in asked]

    assert len({each.question.topic for each in asked}) >= 8
    assert levels == sorted(levels)
    assert len(set(levels)) > 1
    assert not any(each.due for each in asked)


def test_what_is_due_comes_first(history: History) -> None:
    """The longest due first of all, then new ones."""
    schedule.answered(history, "kv_saves", rating=fsrs.Rating.Again, answer="", at=NOON)
    schedule.mistakes_found(history, "self_attention", ("attn_no_scale",), NOON + datetime.timedelta(days=1), BANK)
    asked = quiz.pick(BANK, history, count=5, seed=1, at=LATER)

    assert names(asked)[0] == "kv_saves"
    assert set(names(asked)[1:3]) == {"at_scale_why", "at_scale_value"}
    assert [each.due for each in asked] == [True, True, True, False, False]
    assert asked[1].causes == ("self_attention/attn_no_scale",)
    assert quiz.cause_titles(asked[1].causes)[0].en == "Scores are not divided by sqrt(d)"


def test_only_what_is_due_if_asked_for(history: History) -> None:
    """Nothing due, nothing asked."""
    assert quiz.pick(BANK, history, count=5, seed=1, at=NOON, only_due=True) == ()
    schedule.answered(history, "kv_saves", rating=fsrs.Rating.Again, answer="", at=NOON)
    assert names(quiz.pick(BANK, history, count=5, seed=1, at=LATER, only_due=True)) == ["kv_saves"]


def test_a_topic_is_a_topic(history: History) -> None:
    """Due or new, nothing else is asked; more than there is gives all there is, each once."""
    schedule.answered(history, "kv_saves", rating=fsrs.Rating.Again, answer="", at=NOON)
    asked = quiz.pick(BANK, history, count=99, seed=1, at=LATER, topics=("bert",))

    assert sorted(names(asked)) == sorted(each.id for each in BANK.of_topic("bert"))


def test_a_question_just_answered_comes_after_the_new_ones(history: History) -> None:
    """It is neither due nor new."""
    for each in BANK.of_topic("bert")[:4]:
        schedule.answered(history, each.id, rating=fsrs.Rating.Easy, answer="", at=NOON)
    asked = names(quiz.pick(BANK, history, count=99, seed=1, at=NOON, topics=("bert",)))

    assert set(asked[-4:]) == {each.id for each in BANK.of_topic("bert")[:4]}


def test_shuffling_keeps_what_is_right_right() -> None:
    """Over seeds the key is everywhere; letters and misconceptions move with their texts."""
    question = BANK.questions["kv_saves"]
    assert isinstance(question, Choice)
    places: Counter[str] = Counter()
    for seed in range(60):
        shuffled = quiz.shuffled(question, seed)
        assert isinstance(shuffled, Choice)
        places[shuffled.key] += 1
        assert shuffled.choices[shuffled.key] == question.choices[question.key]
        assert mark(shuffled, shuffled.key).outcome is MarkOutcome.RIGHT
        of_text = {question.choices[letter].en: name for letter, name in question.wrong.items()}
        assert {shuffled.choices[letter].en: name for letter, name in shuffled.wrong.items()} == of_text
    assert set(places) == set("ABCD")
    assert quiz.shuffled(BANK.questions["kv_gqa"], 1) is BANK.questions["kv_gqa"]


def test_a_wrong_choice_is_told_what_it_gives_away() -> None:
    """The misconception by name, the reference with its letter, the source."""
    question = BANK.questions["kv_saves"]
    assert isinstance(question, Choice)
    letter, name = next(iter(question.wrong.items()))
    said = quiz.comment(BANK, question, mark(question, letter))

    assert said.verdict.en == "Not right."
    assert said.reasons[0].en.startswith(BANK.misconceptions[name].title.en)
    assert said.reference.zh.startswith(question.key + "。")
    assert said.source == question.source


@pytest.mark.parametrize(
    ("name", "answer", "again"),
    [
        ("kv_saves", "E", True),
        ("kv_saves", "A or B", True),
        ("kv_saves", "hmm", True),
        ("kv_saves", "A", False),
        ("kv_saves", "", False),
        ("kv_per_token", "many", True),
        ("kv_per_token", "10 KiB or 20 KiB", True),
        ("kv_per_token", "10", False),
        ("kv_per_token", "10 s", False),
        ("kv_per_token", "10 KiB", False),
        ("kv_per_token", "?", False),
        ("kv_growing_step", "hmm", False),
    ],
)
def test_a_slip_is_worth_another_try(name: str, answer: str, again: bool) -> None:
    """No letter, several, or none of these; no number, or several. Whatever can be meant so is an answer."""
    question = BANK.questions[name]

    assert (quiz.slip(question, mark(question, answer)) is not None) is again


def test_a_wrong_number_is_told_what_it_gives_away() -> None:
    """So is one without its unit."""
    question = BANK.questions["kv_per_token"]
    twice = quiz.comment(BANK, question, mark(question, "256 KiB"))
    bare = quiz.comment(BANK, question, mark(question, "512"))

    assert any("Only one of K and V" in each.en for each in twice.reasons)
    assert any("without its unit" in each.en for each in bare.reasons)


def test_a_right_answer_is_not_lectured() -> None:
    """Right, the reference, the source, and nothing else."""
    question = BANK.questions["kv_per_token"]
    said = quiz.comment(BANK, question, mark(question, "512 KiB"))

    assert said.verdict.en == "Right."
    assert said.reasons == ()


def test_a_short_answer_is_told_what_it_lacks() -> None:
    """The points that were not found, by their titles; nothing of the kind where nothing was said."""
    question = BANK.questions["pd_decode_bound"]
    said = quiz.comment(BANK, question, mark(question, "All weights are read for every token."))
    silent = quiz.comment(BANK, question, mark(question, ""))

    assert any("about two FLOPs" in each.en for each in said.reasons)
    assert silent.verdict.en == "Not answered."


def test_each_kind_says_what_it_wants() -> None:
    """A letter, a number, a number with a unit, a sentence."""
    wants = [
        quiz.how_to_answer(BANK.questions[each]).en for each in ("kv_saves", "kv_per_token", "rf_ridge", "ca_breaks")
    ]

    assert len(set(wants)) == 4


def test_causes_of_an_exercise_that_is_gone_are_passed_over() -> None:
    """An uninstalled exercise costs the sentence, not the quiz."""
    assert quiz.cause_titles(("no_such_exercise/x", "self_attention/no_such_mistake")) == ()
