"""Tables on standard output."""

from __future__ import annotations

import pytest

from grader.cli import tables
from grader.cli.tables import plain_table, show
from grader.i18n import say


def test_a_pipe_gets_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    """No colours, no escapes, and no markup read into what strangers wrote."""
    table = plain_table([say("score"), say("submission")], "en", right=(0,))
    table.add_row("100", "a")
    table.add_row("7", "b")

    show(table)
    show("")

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["score  submission", "  100  a", "    7  b", ""]


def test_a_table_that_is_too_wide_becomes_blocks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No number and no name that is typed is broken; cells that say nothing are left out."""
    monkeypatch.setattr(tables, "PIPE_WIDTH", 30)
    table = plain_table([say("exercise"), say("title"), say("points")], "en", right=(2,), whole=(0,))
    table.add_row("latency_optimization", "Making a language model fast", "100")
    table.add_row("  benchmark", "-", "10")
    show(table)

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "latency_optimization",
        "  title: Making a language",
        "  model fast",
        "  points: 100",
        "  benchmark",
        "    points: 10",
    ]


def test_words_give_way_to_names_and_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as there is room for words."""
    monkeypatch.setattr(tables, "PIPE_WIDTH", 44)
    table = plain_table([say("exercise"), say("title"), say("points")], "en", right=(2,), whole=(0,))
    table.add_row("latency_optimization", "Making a language model fast", "100")
    show(table)

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == ["latency_optimization", "Making", "a", "100"]
