"""Single keys from a terminal."""

from __future__ import annotations

import os
import pty
import sys
import termios
from collections.abc import Callable

import pytest

from grader.cli.keys import Keys, keys_can_be_read


def test_keys_arrive_at_once_and_the_terminal_is_put_back(
    monkeypatch: pytest.MonkeyPatch, until: Callable[[Callable[[], object]], bool]
) -> None:
    """Without a return key; arrows are no letters."""
    ours, theirs = pty.openpty()
    heard: list[str] = []
    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        assert keys_can_be_read()
        before = termios.tcgetattr(terminal)
        with Keys(heard.append).reading():
            os.write(ours, b"h")
            assert until(lambda: heard == ["h"])
            os.write(ours, b"\x1b[A")
            os.write(ours, "提".encode())
            assert until(lambda: "提" in heard)
            assert termios.tcgetattr(terminal)[3] != before[3]
        assert termios.tcgetattr(terminal)[3] == before[3]
    os.close(ours)
    assert "A" not in heard


def test_a_pipe_gives_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a missing standard input."""
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert not keys_can_be_read()
    monkeypatch.setattr(sys, "stdin", None)
    assert not keys_can_be_read()


def test_a_terminal_that_goes_away_ends_the_reading(
    monkeypatch: pytest.MonkeyPatch, until: Callable[[Callable[[], object]], bool]
) -> None:
    """Whoever waits for keys hears of it, once."""
    ended: list[bool] = []
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with Keys(lambda _: None, lambda: ended.append(True)).reading():
            os.close(ours)
            assert until(lambda: ended)
    assert ended == [True]
