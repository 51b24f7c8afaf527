"""`grader server`: how it goes, and ending it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.server import client
from grader.server.protocol import Standing

Cli = Callable[..., Any]
STANDING = Standing(pid=77, up_s=130.0, idle_limit_s=600.0, served=5, warm=("self_attention",), busy=True)


def test_no_server(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to say, nothing to end."""
    monkeypatch.setattr(client, "standing", lambda: None)
    monkeypatch.setattr(client, "stop", lambda: ())

    assert cli("server", "status").code == 1
    assert cli("server", "stop").code == 0
    assert "No warm server" in cli("server", "stop").out


@pytest.mark.parametrize(("language", "words"), [("en", "graded 5"), ("zh", "评分 5 次")])
def test_a_server(cli: Cli, monkeypatch: pytest.MonkeyPatch, language: str, words: str) -> None:
    """Who it is, what it did, what it holds."""
    monkeypatch.setenv("GRADER_LANG", language)
    monkeypatch.setattr(client, "standing", lambda: STANDING)

    done = cli("server", "status")

    assert done.code == 0
    for each in ("77", words, "self_attention"):
        assert each in done.out
    monkeypatch.setattr(client, "standing", lambda: None)
    monkeypatch.setattr(client, "stop", lambda: (STANDING,))
    ended = cli("server", "stop")
    assert ended.code == 0
    assert "77" in ended.out


def test_a_server_that_does_not_end_is_not_said_to_have_ended(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was told to."""
    monkeypatch.setattr(client, "standing", lambda: STANDING)
    monkeypatch.setattr(client, "stop", lambda: ())

    done = cli("server", "stop")

    assert done.code == 1
    assert "has not yet" in done.out
    assert "has ended" not in done.out
