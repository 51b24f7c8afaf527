"""Follow-up questions: an answer is kept at once, and judging it takes no time."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.cli import asking
from grader.cli.asking import Countdown, TimeUp
from grader.cli.interview_begin import Wish, begin
from grader.cli.interview_followups import hold_follow_ups
from grader.practice.bank import load_questions
from grader.practice.history import History
from grader.practice.interview import Interview

EXERCISE = load("self_attention")
BANK = load_questions()


class Stage:
    """An interview at its follow-up questions, with a clock that a test moves."""

    def __init__(self, history: History, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.history = history
        self._monkeypatch = monkeypatch
        wish = Wish(minutes=10, focus=EXERCISE.slug, seed=4, folder=folder)
        self.held = begin(history, BANK, wish, "en", lambda: self.now)
        self.held.next_phase()

    def hold(self, text: str) -> bool:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return hold_follow_ups(self.held, EXERCISE, Countdown(self.held.left_s), "en")

    def resume(self) -> None:
        found = Interview.under_way(self.history, lambda: self.now)
        assert found is not None
        self.held = found

    @property
    def given(self) -> list[tuple[str, int | None]]:
        return [(each.answer, each.rating) for each in self.held.state.follow_ups]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with History() as history:
        yield Stage(history, tmp_path / "w", monkeypatch)


def test_all_are_asked_and_judged(stage: Stage) -> None:
    """In their order; what is no mark is none."""
    assert stage.hold("one\n2\ntwo\n?\nthree\n1\n")

    assert stage.given == [("one", 2), ("two", 0), ("three", 1)]


def test_an_answer_that_was_not_judged_is_judged_the_next_time(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its model answer was shown: it is not asked for again."""
    assert not stage.hold("one\n")
    capsys.readouterr()
    stage.resume()
    assert stage.given == [("one", None)]

    assert not stage.hold("2\ntwo\n1\n")

    out = capsys.readouterr().out
    assert out.index("You answered: one") < out.index("A good answer:") < out.index("How much of it")
    assert out.index("How much of it") < out.index("Your answer:")
    stage.resume()
    assert stage.given == [("one", 2), ("two", 1)]


def test_judging_oneself_takes_no_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It neither ends the phase nor costs the next question its time."""
    left = stage.held.left_s()

    def slow(prompt: str) -> str:
        assert "How much of it" in prompt
        stage.now += 10_000
        return "1"

    monkeypatch.setattr("grader.cli.interview_followups.ask", slow)
    assert stage.hold("one\ntwo\nthree\n")

    assert stage.held.left_s() == left
    assert [rating for _, rating in stage.given] == [1, 1, 1]


def test_an_answer_in_the_last_second_counts(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is up for the next one only."""
    real: Callable[[str, bool], str | None] = asking._read

    def slow(prompt: str, person: bool) -> str | None:
        stage.now += 10_000
        return real(prompt, person)

    monkeypatch.setattr(asking, "_read", slow)
    with pytest.raises(TimeUp):
        stage.hold("one\n2\ntwo\n")

    assert stage.given == [("one", 2)]
