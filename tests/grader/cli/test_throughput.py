"""How a batch goes on, told to a terminal or to a pipe."""

from __future__ import annotations

import io
import sys

import pytest

from grader.cli import throughput
from grader.cli.throughput import Pace, duration, watch_batch, watch_reading


def test_speed_and_time_left() -> None:
    """From the moments at which results came."""
    now_s = 0.0
    pace = Pace(100, lambda: now_s)
    assert pace.said().en == "0 of 100 done"

    for _ in range(20):
        now_s += 0.5
        pace.step()

    assert pace.per_second == 2.0
    assert pace.said().en == "20 of 100 done, 2.0 a second, about 40 s left"


def test_speed_is_that_of_late() -> None:
    """A slow start is forgotten."""
    now_s = 1_000.0
    pace = Pace(10_000, lambda: now_s)
    now_s += 1_000.0
    for _ in range(throughput.WINDOW + 1):
        now_s += 0.1
        pace.step()

    assert pace.per_second == pytest.approx(10.0)


def test_equal_submissions_count_together() -> None:
    """One result may settle several."""
    now_s = 0.0
    pace = Pace(10, lambda: now_s)
    now_s = 1.0
    pace.step(5)

    assert (pace.done, pace.per_second) == (5, 5.0)


@pytest.mark.parametrize(("wall_s", "said"), [(0.4, "0 s"), (59.4, "59 s"), (187, "3:07 min"), (7_500, "2:05:00 h")])
def test_spans_of_time_are_short(wall_s: float, said: str) -> None:
    """In the unit that suits them."""
    assert duration(wall_s) == said


def test_a_pipe_gets_plain_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then, and at the end; no control characters."""
    with watch_batch(3, "en") as step:
        for _ in range(3):
            step(1)
    assert capsys.readouterr().err.startswith("3 of 3 done")

    monkeypatch.setattr(throughput, "LINE_WALL_S", 0.0)
    with watch_batch(2, "zh") as step:
        step(1)
        step(1)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("已处理 1/2")


class Screen(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


def test_reading_a_folder_is_told_when_it_takes_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a word in the first seconds; then a line now and then."""
    with watch_reading("en") as step:
        step(50)
        assert capsys.readouterr() == ("", "")
        monkeypatch.setattr(throughput, "LINE_WALL_S", 0.0)
        step(50)
        assert capsys.readouterr() == ("", "100 submissions read\n")
    with watch_reading("zh") as step:
        step(50)
    assert capsys.readouterr().err == "已读取 50 份提交\n"


def test_reading_a_folder_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn beside the results, and gone when it is done."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    for name, value in {"TERM": "xterm", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)

    with watch_reading("en") as step:
        step(50)

    assert "50 submissions read" in screen.getvalue()
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn by rich on standard error; the results have standard output to themselves."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    for name, value in {"TERM": "xterm", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)

    with watch_batch(2, "en") as step:
        step(1)
        step(1)

    assert "2 of 2 done" in screen.getvalue()
    assert "\x1b[" in screen.getvalue()
    assert capsys.readouterr().out == ""
