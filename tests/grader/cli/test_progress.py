"""Progress on a terminal, none in a pipe."""

from __future__ import annotations

import io
import sys

import pytest

from grader.cli.progress import watch
from grader.examiner.client import Progress as Step
from grader.model import Submission

SUBMISSIONS = [Submission(exercise="e", name=name, source=b"") for name in ("ada.py", "\x1b[31mben.py")]
STEP = Step(submission=1, done=3, total=9, stage="attention_values")


class Screen(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither while grading nor while pausing."""
    with watch(SUBMISSIONS, "en") as progress:
        progress.update(STEP)
        with progress.paused():
            pass

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("language", "waiting"), [("en", "loading libraries"), ("zh", "正在加载库")])
def test_a_terminal_is_told_who_and_what(monkeypatch: pytest.MonkeyPatch, language: str, waiting: str) -> None:
    """At first what is waited for, then the submission by number and name, made harmless."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    for name, value in {"TERM": "xterm", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)

    with watch(SUBMISSIONS, "zh" if language == "zh" else "en") as progress:
        with progress.paused():
            pass
        progress.update(STEP)

    shown = screen.getvalue()
    assert waiting in shown
    assert "2/2" in shown
    assert "attention_values" in shown
    assert "\x1b[31mben.py" not in shown
