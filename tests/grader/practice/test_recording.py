"""A grading, and what follows from it."""

from __future__ import annotations

import pytest

from grader.model import Outcome
from grader.practice import schedule
from grader.practice.recording import record_attempt
from grader.practice.store import HistoryError


def test_a_new_mistake_comes_back_as_a_question(history, report_of, mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once: while it is still there, it is not new."""
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(schedule, "mistakes_found", lambda *what: told.append(what))
    wrong = report_of({"a": Outcome.FAILED}, mistake("no_scale", "a"))

    recorded = record_attempt(history, wrong, interview="i1")
    record_attempt(history, wrong)
    record_attempt(history, report_of({"a": Outcome.PASSED}))

    assert recorded.made == ("no_scale",)
    assert [(each[1], each[2]) for each in told] == [("adder", ("no_scale",))]
    assert history.attempts()[-1].interview == "i1"


def test_a_mistake_whose_questions_are_not_scheduled_is_new_the_next_time(
    history, report_of, mistake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it or nothing: the disk is full between the two."""

    def fail(*_: object) -> None:
        raise HistoryError("full", "满")

    wrong = report_of({"a": Outcome.FAILED}, mistake("no_scale", "a"))
    with monkeypatch.context() as patch:
        patch.setattr(schedule, "mistakes_found", fail)
        with pytest.raises(HistoryError, match="full"):
            record_attempt(history, wrong)

    assert history.attempts() == ()
    assert record_attempt(history, wrong).made == ("no_scale",)
