"""`grader history` and `grader reset-history`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click
import pytest

from grader.catalog.load import load
from grader.cli.attempt import remember
from grader.model import Report, Verdict
from grader.practice.history import History

Cli = Callable[..., Any]


@pytest.fixture(autouse=True)
def past(made_report: Callable[..., Report]) -> None:
    """Two attempts at one exercise, one at another, a mistake."""
    for slug, verdict in (
        ("self_attention", Verdict.WRONG_ANSWER),
        ("self_attention", Verdict.ACCEPTED),
        ("word2vec", Verdict.CRASHED),
    ):
        remember(made_report(slug, verdict), "en")
    with History() as history:
        mistake = load("self_attention").mistakes[0].id
        insert = "INSERT INTO mistakes VALUES ('self_attention', ?, 'f', 'exact', '[]', 3, ?, ?, NULL)"
        history.write(insert, mistake, history.stamp(), history.stamp())


def test_attempts_are_listed_latest_first(cli: Cli) -> None:
    """All, or those of one exercise, or only some."""
    out = cli("history").out
    assert out.index("Crashed") < out.index("Accepted") < out.index("Wrong answer")
    assert "Crashed" not in cli("history", "self_attention").out
    assert "Wrong answer" not in cli("history", "--limit", "2").out
    assert "history.sqlite3" in cli("history").err


def test_mistakes_are_listed_by_name(cli: Cli) -> None:
    """In the reader's language."""
    mistake = load("self_attention").mistakes[0]

    out = cli("history", "--mistakes", "--lang", "zh").out

    assert mistake.id in out
    assert mistake.title.zh[:6] in out


def test_a_script_gets_json(cli: Cli) -> None:
    """Attempts and mistakes."""
    document = json.loads(cli("history", "--json").out)

    assert [each["verdict"] for each in document["attempts"]] == ["crashed", "accepted", "wrong_answer"]
    assert len(document["mistakes"]) == 1


def test_forgetting_asks_first(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """No is no; Ctrl-C at the question too."""
    monkeypatch.setattr(click, "confirm", lambda *_, **__: False)
    done = cli("reset-history")
    assert (done.code, "Nothing was forgotten" in done.err) == (1, True)

    def interrupt(*_: object, **__: object) -> bool:
        raise click.Abort

    monkeypatch.setattr(click, "confirm", interrupt)
    assert cli("reset-history").code == 130
    with History() as history:
        assert len(history.attempts()) == 3


def test_forgetting(cli: Cli) -> None:
    """One exercise, then everything."""
    assert cli("reset-history", "self_attention", "--yes").code == 0
    with History() as history:
        assert [each.exercise for each in history.attempts()] == ["word2vec"]
        assert history.mistakes() == ()
    assert cli("reset-history", "--yes").code == 0
    with History() as history:
        assert history.attempts() == ()
