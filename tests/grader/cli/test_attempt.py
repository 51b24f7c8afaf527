"""Remembering an attempt, and saying what it changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.cli.attempt import changes, mistake_titles, open_history, remember, with_hints_noted
from grader.model import Report
from grader.practice.history import History
from grader.practice.records import Recorded


@pytest.fixture
def report(made_report: Callable[..., Report]) -> Report:
    return made_report()


def test_an_attempt_is_recorded_with_its_interview(report: Report) -> None:
    """And can be found again."""
    recorded = remember(report, "en", interview="i1")

    assert recorded is not None
    with History() as history:
        assert history.attempts()[0].interview == "i1"


def test_what_was_found_in_the_file_is_said_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In the reader's language; then there is a history again."""
    from grader.practice.store import history_file

    history_file().parent.mkdir(parents=True, exist_ok=True)
    history_file().write_text("garbage" * 100)

    for said in (True, False):
        history = open_history("zh")
        assert history is not None
        history.close()
        assert ("练习记录无法读取" in capsys.readouterr().err) == said


def test_mistakes_that_are_gone_are_named(report: Report) -> None:
    """By title where there is one, else by id."""
    mistake = load("self_attention").mistakes[0]
    recorded = Recorded(attempt=1, made=(), cured=(mistake.id, "long_gone"), best=True)

    gone, best = changes(recorded, report)

    assert mistake.title.en in gone.en
    assert mistake.title.zh in gone.zh
    assert "long_gone" in gone.en
    assert "best" in best.en


def test_nothing_changed_is_nothing_said(report: Report) -> None:
    """No sentence for its own sake."""
    assert changes(Recorded(attempt=1, made=("m",), cured=(), best=False), report) == ()


def test_a_report_without_hints_has_no_note(report: Report) -> None:
    """It is the report itself."""
    with History() as history:
        assert with_hints_noted(history, report) is report


def test_an_exercise_that_is_gone_has_no_titles() -> None:
    """Its mistakes keep their ids."""
    assert mistake_titles("no_such_exercise") == {}
