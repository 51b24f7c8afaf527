"""Asking at the terminal or through a pipe, with a countdown that stays visible while somebody types.

At a terminal the time that is left stands in the first row and moves on by itself; through a pipe, and where the
terminal cannot do that, it is said with each prompt.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import sys
from collections.abc import Callable, Iterator

from grader.cli.speech import terminal_size

LOOK_WALL_S = 0.5  # how often the time is drawn anew
_FEWEST_ROWS = 6  # below, every row is needed for the text


class TimeUp(Exception):
    """The time ran out while we were waiting."""


def time_left(seconds: float) -> str:
    """Seconds as minutes and seconds, never less than what is left."""
    whole = int(seconds + 0.999)
    return f"{whole // 60}:{whole % 60:02d}"


def at_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def ask(prompt: str) -> str | None:
    """Ask for one line.

    Returns:
        The line without its end, or None where there is no more input.
    """
    return _read(prompt, at_terminal())


def _read(prompt: str, person: bool) -> str | None:
    sys.stdout.write(f"{prompt} ")
    sys.stdout.flush()
    with _a_line_of_its_own(person):
        line = sys.stdin.readline()
    if not person or not line:
        _write("\n")  # nobody pressed Enter on this side
    return line.rstrip("\r\n") if line else None


@contextlib.contextmanager
def _a_line_of_its_own(person: bool) -> Iterator[None]:
    """What is said after Ctrl-C does not stand behind the prompt."""
    try:
        yield
    except KeyboardInterrupt:
        if person:
            _write("\n")
        raise


class Countdown:
    """Asks for lines while the time that is left is in sight."""

    def __init__(self, left_s: Callable[[], float]) -> None:
        """
        Args:
            left_s: seconds that are left; asked for again and again.
        """
        self._left_s = left_s
        self._draws = at_terminal() and os.environ.get("TERM", "dumb") != "dumb"
        self._rows = 0

    @contextlib.contextmanager
    def shown(self) -> Iterator[Countdown]:
        """Keep the first row for the time, and give it back at the end."""
        try:
            yield self
        finally:
            if self._rows:
                _write("\0337\033[r\033[1;1H\033[2K\0338")
                self._rows = 0

    def ask(self, prompt: str) -> str | None:
        """Ask for one line.

        Raises:
            TimeUp: no time is left.
        """
        if self._left_s() <= 0:
            raise TimeUp
        if not self._draws:
            line = _read(f"[{time_left(self._left_s())}] {prompt}", at_terminal())
            self._left_s()  # the time of typing counts
            return line
        sys.stdout.write(f"{prompt} ")
        sys.stdout.flush()
        with _a_line_of_its_own(person=True):
            line = self._typed()
        self._left_s()
        if not line:
            _write("\n")
        return line.rstrip("\r\n") if line else None

    def _typed(self) -> str:
        """The next line, empty at the end of all input; the time goes on meanwhile."""
        while True:
            self._draw()
            readable, _, _ = select.select([sys.stdin], [], [], LOOK_WALL_S)
            if readable:
                return sys.stdin.readline()
            if self._left_s() <= 0:
                _write("\n")
                raise TimeUp

    def _draw(self) -> None:
        size = terminal_size(sys.stdout)
        rows = shutil.get_terminal_size().lines if size is None else size.lines
        if rows < _FEWEST_ROWS:
            return
        if rows != self._rows:  # at first, and when the window has changed its size
            # A row is made at the bottom if there is none, then one at the top, and all text moves down between them:
            # what stood in the first row is not written over. Index (ESC D) leaves the cursor in its column.
            _write(f"\0337\033[r\0338\033D\033[1A\0337\033[1;1H\033[L\033[2;{rows}r\0338\033[1B")
            self._rows = rows
        _write(f"\0337\033[1;1H\033[2K\033[7m {time_left(self._left_s())} \033[0m\0338")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
