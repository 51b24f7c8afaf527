"""What is remembered, as it is read back."""

from __future__ import annotations

import time

import msgspec
import pytest

from grader.model import Outcome, Verdict
from grader.practice.records import Attempt, CheckRecord, local_day, local_time

ROW = {
    "id": 1,
    "at": "2026-01-02T03:04:05+00:00",
    "exercise": "adder",
    "exercise_version": "v",
    "source_sha256": "0",
    "verdict": "accepted",
    "score": 100,
    "max_score": 100,
    "whole": 1,
    "seed": 7,
    "hints": 0,
    "interview": None,
}


def test_a_row_of_the_store_is_an_attempt() -> None:
    """SQLite knows neither bool nor enum: numbers and words become what they stand for."""
    attempt = msgspec.convert(ROW, Attempt, strict=False)

    assert attempt.whole is True
    assert attempt.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("field", ["verdict", "score", "seed"])
def test_a_row_that_is_nonsense_is_no_attempt(field: str) -> None:
    """Whoever edits the file by hand gets an error to be told of, not a record that lies."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**ROW, field: "nonsense"}, Attempt, strict=False)


def test_only_timed_checks_have_a_ratio() -> None:
    """It may be left out."""
    record = CheckRecord(check="a", part="p", function="f", outcome=Outcome.PASSED, points=1, max_points=1)

    assert record.ratio is None


def test_times_are_shown_where_the_reader_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """After midnight there, it may still be the day before in UTC."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert local_time("2026-03-01T20:05:09+00:00") == "2026-03-02 04:05"
        assert local_day("2026-03-01T20:05:09+00:00") == "2026-03-02"
    finally:
        monkeypatch.undo()
        time.tzset()
