"""A grading, and what follows from it."""

from __future__ import annotations

import pytest

from grader.model import Outcome
from grader.practice import schedule
from grader.practice.recording import record_attempt


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
