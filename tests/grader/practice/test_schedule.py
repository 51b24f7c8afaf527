"""Questions come back when they should: after answers, after mistakes in code, whatever the system clock does."""

from __future__ import annotations

import datetime
from pathlib import Path

import fsrs
import msgspec
import pytest

from grader.marking import Choice, Mark, MarkOutcome, mark
from grader.model import Text
from grader.practice import reviews, schedule
from grader.practice.bank import load_questions
from grader.practice.history import History

BANK = load_questions()
NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


def good(history: History, at: datetime.datetime, question: str = "kv_saves") -> datetime.datetime:
    card = schedule.answered(history, question, rating=fsrs.Rating.Good, answer="B", at=at)
    return datetime.datetime.fromisoformat(card.due_at)


def test_right_answers_put_a_question_off_further_and_further(history: History) -> None:
    """Minutes at first, then days, then weeks."""
    gaps, at = [], NOON
    for _ in range(4):
        due = good(history, at)
        gaps.append(due - at)
        at = due

    assert gaps == sorted(gaps)
    assert gaps[0] < datetime.timedelta(hours=1)
    assert gaps[-1] > datetime.timedelta(days=5)


def test_a_wrong_answer_brings_a_question_back_soon(history: History) -> None:
    """Whatever it was put off to before."""
    at = NOON
    for _ in range(3):
        at = good(history, at)
    card = schedule.answered(history, "kv_saves", rating=fsrs.Rating.Again, answer="A", at=at)

    assert datetime.datetime.fromisoformat(card.due_at) - at < datetime.timedelta(hours=1)
    assert [each.correct for each in reviews.answers(history, schedule.card_id("kv_saves"))] == [
        True,
        True,
        True,
        False,
    ]


def test_a_mistake_in_code_comes_back_as_a_question_at_once(history: History) -> None:
    """It is due on the same day, with the mistake beside it."""
    questions = schedule.mistakes_found(history, "self_attention", ("attn_no_scale",), NOON, BANK)
    due = schedule.due(history, BANK, NOON)

    assert "at_scale_why" in questions
    assert {schedule.question_of(each) for each in due} == set(questions)
    assert schedule.causes_of(due[0]) == ("self_attention/attn_no_scale",)


def test_a_mistake_makes_a_question_that_was_known_due_again(history: History) -> None:
    """Being able to answer it did not keep the code right."""
    at = NOON
    for _ in range(4):
        at = good(history, at, "at_scale_why")
    assert schedule.due(history, BANK, at - datetime.timedelta(hours=1)) == ()
    schedule.mistakes_found(history, "self_attention", ("attn_no_scale",), at - datetime.timedelta(hours=1), BANK)

    due = [schedule.question_of(each) for each in schedule.due(history, BANK, at)]
    assert "at_scale_why" in due


def test_causes_are_kept_once_and_not_for_ever(history: History) -> None:
    """The same mistake twice is one cause; of many, the latest stay."""
    for _ in range(2):
        schedule.mistakes_found(history, "self_attention", ("attn_no_scale",), NOON, BANK)
    card = reviews.card(history, schedule.card_id("at_scale_why"))
    assert card is not None
    assert schedule.causes_of(card) == ("self_attention/attn_no_scale",)

    many = tuple(f"mask_causal_{number}" for number in range(9))
    schedule.mistakes_found(history, "self_attention", many, NOON, BANK)
    card = reviews.card(history, schedule.card_id("at_causal"))
    assert card is not None
    assert schedule.causes_of(card) == tuple(f"self_attention/{each}" for each in many[-schedule.MOST_MISTAKES :])


def test_no_mistake_schedules_nothing(history: History) -> None:
    """Nor does one of an exercise that the bank does not know."""
    assert schedule.mistakes_found(history, "self_attention", (), NOON, BANK) == ()
    assert schedule.mistakes_found(history, "my_own_exercise", ("some_mistake",), NOON, BANK) == ()
    assert reviews.cards(history) == ()


def test_a_clock_set_back_does_no_harm(history: History) -> None:
    """A review a year before the last one counts as one right after it."""
    due = good(history, NOON)
    later = good(history, NOON - datetime.timedelta(days=365))

    assert later >= due


def test_a_state_that_somebody_else_wrote_is_begun_anew(history: History) -> None:
    """A card of an older or newer scheduler is reviewed as if it were new."""
    broken = reviews.Card(id="quiz:kv_saves", kind="quiz", state={"fsrs": {"state": "x"}}, due_at=NOON.isoformat())
    reviews.save_card(history, broken)

    assert good(history, NOON) > NOON


def test_cards_of_questions_that_are_gone_are_left_out(history: History) -> None:
    """A bank may lose a question; the history keeps its card and nobody trips over it."""
    good(history, NOON, "kv_saves")
    good(history, NOON, "no_such_question_any_more")
    due = schedule.due(history, BANK, NOON + datetime.timedelta(days=9))

    assert [schedule.question_of(each) for each in due] == ["kv_saves"]


def test_scheduling_is_not_random(tmp_path: Path) -> None:
    """The same answers at the same times give the same dates."""
    dates = []
    for name in ("a", "b"):
        with History(tmp_path / name, now=lambda: NOON) as opened:
            dates.append([good(opened, NOON + datetime.timedelta(days=each)) for each in (0, 1, 5, 30)])

    assert dates[0] == dates[1]


@pytest.mark.parametrize(
    ("outcome", "knew", "rating"),
    [
        (MarkOutcome.RIGHT, None, fsrs.Rating.Good),
        (MarkOutcome.WRONG, None, fsrs.Rating.Again),
        (MarkOutcome.ABSENT, None, fsrs.Rating.Again),
        (MarkOutcome.UNSURE, None, fsrs.Rating.Hard),
        (MarkOutcome.UNSURE, True, fsrs.Rating.Good),
        (MarkOutcome.UNSURE, False, fsrs.Rating.Again),
    ],
)
def test_what_an_answer_says_about_memory(outcome: MarkOutcome, knew: bool | None, rating: fsrs.Rating) -> None:
    """Where no rule decides, the learner does; where nobody does, it counts as hard."""
    marked = Mark(question="q", outcome=outcome, credit=0.0, message=Text(en="", zh=""))

    assert schedule.rating_of(marked, knew=knew) is rating


def test_an_answer_with_words_beside_the_points_is_right_in_practice() -> None:
    """A grade would want a person there; but never with a misconception, and never a number or a letter."""
    words = mark(
        BANK.questions["at_max_subtraction"], "To avoid overflow; softmax is shift-invariant so it stays the same"
    )
    assert schedule.is_right(words)
    unsure = msgspec.structs.replace(words, outcome=MarkOutcome.UNSURE)
    assert schedule.is_right(unsure)
    assert not schedule.is_right(msgspec.structs.replace(unsure, misconceptions=("x",)))
    assert not schedule.is_right(msgspec.structs.replace(unsure, points=()))
    assert isinstance(BANK.questions["kv_saves"], Choice)


@pytest.mark.parametrize(
    "state",
    [
        {"fsrs": 5},
        {"fsrs": {"card_id": 1, "state": 99, "due": "x"}},
        {"mistakes": 5},
        {"stability": "much"},
        {"stability": 1e308, "difficulty": -1e308},
        {"due": "0001-01-01T00:00:00+00:00", "last_review": "9999-12-31T23:59:59+00:00"},
        {"last_review": "2026-03-01T12:00:00"},
    ],
)
def test_a_state_edited_by_hand_is_begun_anew(history: History, state: dict[str, object]) -> None:
    """Whatever stands in it, the question is answered and comes back."""
    good(history, NOON)
    card = reviews.card(history, schedule.card_id("kv_saves"))
    assert card is not None
    whole = state if state.keys() & {"fsrs", "mistakes"} else {"fsrs": {**card.state["fsrs"], **state}}
    reviews.save_card(history, msgspec.structs.replace(card, state=whole))

    assert good(history, NOON + datetime.timedelta(hours=1)) > NOON
    card = reviews.card(history, schedule.card_id("kv_saves"))
    assert card is not None
    assert schedule.causes_of(card) == ()
    assert schedule.due(history, BANK, NOON) == ()
