"""Single keys from a terminal, while something else goes on."""

from __future__ import annotations

import contextlib
import os
import re
import select
import sys
import threading
from collections.abc import Callable, Iterator

_NO_LETTERS = re.compile(r"\x1b(?:\[[0-9;?]*[@-~]|O.|.)?", re.DOTALL)  # arrows and the like
LOOK_WALL_S = 0.2  # how soon the reader notices that it is over


def keys_can_be_read() -> bool:
    """Whether somebody sits at a terminal that gives single keys."""
    try:
        import termios  # noqa: F401
    except ImportError:
        return False
    return sys.stdin is not None and sys.stdin.isatty()


class Keys:
    """The terminal in a mode that gives each key at once; Ctrl-C and Ctrl-Z still do what they do."""

    def __init__(self, on_key: Callable[[str], None], on_end: Callable[[], None] = lambda: None) -> None:
        """
        Args:
            on_key: hears each key.
            on_end: hears that the terminal has gone, and no key can come any more.
        """
        self._on_key = on_key
        self._on_end = on_end
        self._over = threading.Event()

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Report keys from another thread, until the end; then the terminal is as it was."""
        import termios

        before = termios.tcgetattr(sys.stdin)
        thread = threading.Thread(target=self._read, daemon=True)
        try:
            self.resume()
            thread.start()
            yield
        finally:
            self._over.set()
            with contextlib.suppress(termios.error):  # the terminal may have gone
                termios.tcsetattr(sys.stdin, termios.TCSANOW, before)  # not to wait for a terminal that stands still
            thread.join()

    def resume(self) -> None:
        """Set the mode, anew after a shell had the terminal for a while."""
        import termios
        import tty

        with contextlib.suppress(termios.error):
            tty.setcbreak(sys.stdin, termios.TCSANOW)

    def _read(self) -> None:
        descriptor = sys.stdin.fileno()
        while not self._over.is_set():
            try:
                readable, _, _ = select.select([descriptor], [], [], LOOK_WALL_S)
                data = os.read(descriptor, 64) if readable else None
            except OSError:
                data = b""
            if data == b"":  # the terminal has gone
                if not self._over.is_set():
                    self._on_end()
                return
            for letter in _NO_LETTERS.sub("", (data or b"").decode("utf-8", "ignore")):
                self._on_key(letter)
