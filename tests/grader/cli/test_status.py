"""`grader status`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.catalog.load import load
from grader.cli.attempt import remember
from grader.model import Report
from grader.practice import reviews
from grader.practice.history import History

Cli = Callable[..., Any]


def test_nothing_done_says_where_to_begin(cli: Cli) -> None:
    """With every exercise that there is."""
    done = cli("status")

    assert done.code == 0
    assert "self_attention" in done.out
    assert "grader start " in done.out
    assert "Mistakes" not in done.out


def test_without_exercises_there_is_nothing_to_say(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it a fault."""
    monkeypatch.setattr("grader.catalog.find.slugs", list)

    done = cli("status")

    assert (done.code, done.err) == (0, "")
    assert "grader start" not in done.out


def test_who_has_only_answered_questions_is_told_what_is_due(cli: Cli) -> None:
    """And how long the streak is; and where to begin with the exercises."""
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC).isoformat()
    with History() as history:
        card = reviews.Card(id="q", kind="quiz", state={}, due_at=past)
        reviews.record_answer(history, card, correct=False, rating=1, answer="?")

    out = cli("status").out

    assert "Nothing attempted yet. Begin with: grader start " in out
    assert "Streak: one day." in out
    assert "One question is due" in out
    assert out.count("grader start ") == 1


@pytest.mark.parametrize(("language", "words"), [("en", "2 made, 1 of them cured"), ("zh", "共犯过 2 个，已改掉 1 个")])
def test_what_was_done_is_summed_up(cli: Cli, made_report: Callable[..., Report], language: str, words: str) -> None:
    """Scores, mistakes that are still there by name, the streak, what is due."""
    remember(made_report(), "en")
    still, gone = (each.id for each in load("self_attention").mistakes[:2])
    with History() as history:
        insert = "INSERT INTO mistakes VALUES ('self_attention', ?, 'f', 'exact', '[]', 1, ?, ?, ?)"
        now = history.stamp()
        history.write(insert, still, now, now, None)
        history.write(insert, gone, now, now, now)
        past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC).isoformat()
        reviews.save_card(history, reviews.Card(id="q", kind="quiz", state={}, due_at=past))

    out = cli("status", "--lang", language).out

    assert words in out
    assert still in out
    assert gone not in out
    assert "40" in out
    assert "grader quiz" in out
    assert ("one day" in out) == (language == "en")


def test_a_history_that_cannot_be_had(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to show, and the reason is one sentence."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GRADER_DATA_DIR", str(tmp_path / "file"))

    done = cli("status")

    assert done.code == 3
    assert done.err.count("\n") == 1
