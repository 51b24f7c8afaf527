"""Tables on standard output."""

from __future__ import annotations

import pytest

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
