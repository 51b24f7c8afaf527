"""Questions at a terminal and through a pipe, with the time in sight."""

from __future__ import annotations

import io
import os
import pty
import select
import sys
import threading
from collections.abc import Iterator

import pytest

from grader.cli import asking
from grader.cli.asking import Countdown, TimeUp, ask, time_left


class Terminal:
    """A terminal of 80 x 24; the test holds the other end of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.ours, self.theirs = pty.openpty()
        self._stdin = open(self.theirs, closefd=False)  # noqa: SIM115  closed by the fixture
        self._stdout = open(self.theirs, "w", closefd=False)  # noqa: SIM115

    def sit_down(self, rows: int = 24, kind: str = "xterm") -> None:
        """Put it at both ends of us: from within the test, as pytest has the streams between its phases."""
        self._patch.setattr(sys, "stdin", self._stdin)
        self._patch.setattr(sys, "stdout", self._stdout)
        self._patch.setattr(asking.shutil, "get_terminal_size", lambda: os.terminal_size((80, rows)))
        self._patch.setattr(asking, "LOOK_WALL_S", 0.01)
        self._patch.setenv("TERM", kind)

    def shown(self) -> str:
        """What is on its way to the screen; nothing where nothing comes."""
        readable, _, _ = select.select([self.ours], [], [], 5)
        return os.read(self.ours, 65536).decode() if readable else ""

    def press(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def close(self) -> None:
        self._stdin.close()
        self._stdout.close()
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    made = Terminal(monkeypatch)
    yield made
    monkeypatch.undo()
    made.close()


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_pipe_gives_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One a question, then None; an empty line is an answer."""
    piped(monkeypatch, "B\n\n7 ms")

    assert [ask(">") for _ in range(4)] == ["B", "", "7 ms", None]
    assert capsys.readouterr().out == "> \n" * 4


def test_through_a_pipe_the_time_stands_in_the_prompt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no other place for it; no escape sequence is written."""
    piped(monkeypatch, "B\n")
    with Countdown(lambda: 90.0).shown() as countdown:
        assert countdown.ask("Answer:") == "B"
    out = capsys.readouterr().out

    assert out.startswith("[1:30] Answer:")
    assert "\033" not in out


def test_no_time_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that waits stays for the next question."""
    piped(monkeypatch, "B\n")
    with pytest.raises(TimeUp):
        Countdown(lambda: 0.0).ask("Answer:")

    assert ask(">") == "B"


def test_at_a_terminal_the_time_goes_on_while_one_types(terminal: Terminal) -> None:
    """It is drawn into the first row, which is given back in the end; what is typed is left alone."""
    terminal.sit_down()
    left = iter([100.0, 100.0, 99.0, 98.0])
    seen: list[str] = []

    def type_late() -> None:
        for _ in range(200):
            seen.append(terminal.shown())
            if "1:37" in "".join(seen):
                break
        terminal.press("一 answer\n")

    typist = threading.Thread(target=type_late)
    typist.start()
    with Countdown(lambda: next(left, 97.0)).shown() as countdown:
        answer = countdown.ask("Answer:")
    typist.join()

    assert answer == "一 answer"
    assert "\033[1;1H" in "".join(seen)
    assert "\033[2;24r" in "".join(seen)
    assert "\033[r" in terminal.shown() + terminal.shown()


def test_at_a_terminal_the_time_can_run_out(terminal: Terminal) -> None:
    """Nobody has to press a key for that."""
    terminal.sit_down()
    left = iter([0.02, 0.02, 0.01])
    with Countdown(lambda: next(left, 0.0)).shown() as countdown, pytest.raises(TimeUp):
        countdown.ask("Answer:")


@pytest.mark.parametrize(("rows", "kind"), [(24, "dumb"), (3, "xterm")])
def test_where_nothing_can_be_drawn_nothing_is(terminal: Terminal, rows: int, kind: str) -> None:
    """A dumb terminal gets the time in its prompt; a tiny one keeps its rows for the text."""
    terminal.sit_down(rows, kind)
    terminal.press("B\n")
    with Countdown(lambda: 90.0).shown() as countdown:
        assert countdown.ask("Answer:") == "B"

    assert "\033" not in terminal.shown()


def test_time_never_reads_as_less_than_is_left() -> None:
    """Zero means zero."""
    assert [time_left(each) for each in (0, 0.2, 1, 59.5, 2700)] == ["0:00", "0:01", "0:01", "1:00", "45:00"]
