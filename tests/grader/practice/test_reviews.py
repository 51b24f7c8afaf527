"""Cards, answers and interviews in the store."""

from __future__ import annotations

import datetime

import pytest

from grader.practice import reviews
from grader.practice.history import History
from grader.practice.store import HistoryError


def card(name: str, due: str = "2026-03-01T00:00:00+00:00", **state: object) -> reviews.Card:
    return reviews.Card(id=name, kind="quiz", state=state, due_at=due)


def test_a_card_comes_back_as_it_was_kept(history: History) -> None:
    """The latest of one id replaces the one before."""
    reviews.save_card(history, card("a", step=1))
    reviews.save_card(history, card("a", step=2, note="键值缓存"))

    assert reviews.card(history, "a") == card("a", step=2, note="键值缓存")
    assert reviews.card(history, "b") is None


def test_due_cards_are_due_and_in_order(history: History) -> None:
    """The one that waits longest is first; the future is left out, whatever zone its time is written in."""
    reviews.save_card(history, card("late", "2026-03-01T10:00:00+00:00"))
    reviews.save_card(history, card("early", "2026-02-01T10:00:00+00:00"))
    reviews.save_card(history, card("zone", "2026-03-01T14:00:00+08:00"))
    reviews.save_card(history, card("future", "2026-03-02T10:00:00+00:00"))

    due = reviews.due_cards(history, datetime.datetime(2026, 3, 1, 11, tzinfo=datetime.UTC))

    assert {each.id for each in due} == {"early", "late", "zone"}
    assert due[0].id == "early"


def test_an_answer_and_its_card_are_kept_together(history: History) -> None:
    """Both or neither."""
    reviews.record_answer(history, card("a", step=2), correct=True, rating=3, answer="B", interview="i")
    (answer,) = reviews.answers(history, "a", interview="i")
    assert (answer.correct, answer.rating, answer.answer) == (True, 3, "B")
    assert reviews.card(history, "a") == card("a", step=2)

    history.connection.execute("DROP TABLE cards")
    with pytest.raises(HistoryError):
        reviews.record_answer(history, card("a", step=3), correct=True, rating=3, answer="C")
    assert [each.answer for each in reviews.answers(history)] == ["B"]


def test_interviews_under_way_can_be_found(history: History) -> None:
    """The latest begun first."""
    for number, ended in ((1, "2026-03-01T11:00:00+00:00"), (2, None), (3, None)):
        started = f"2026-03-01T1{number}:00:00+00:00"
        reviews.save_interview(
            history, reviews.Interview(id=f"i{number}", started_at=started, ended_at=ended, state={"n": number})
        )

    assert [each.id for each in reviews.interviews(history)] == ["i3", "i2", "i1"]
    assert [each.state for each in reviews.interviews(history, under_way=True)] == [{"n": 3}, {"n": 2}]
