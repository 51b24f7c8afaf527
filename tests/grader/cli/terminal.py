"""A real terminal, of tmux: what a person types, and what stands on the screen then."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

PATIENCE_WALL_S = 90  # libraries of seconds are loaded meanwhile, on a machine that may be busy
GRADER = f"env LC_ALL=C.UTF-8 {shlex.quote(sys.executable)} -m grader"  # as a word of a shell's line


class Terminal:
    """One window of a tmux server of its own, in which one command runs; closing it ends both."""

    def __init__(
        self, command: str, *, columns: int = 100, rows: int = 30, environment: Mapping[str, str] | None = None
    ) -> None:
        self._tmux = ["tmux", "-L", f"grader-{uuid.uuid4().hex[:8]}", "-f", os.devnull]
        # Its server runs the line by this shell, which may be one of another syntax.
        self._environment = {**(os.environ if environment is None else environment), "SHELL": "/bin/sh"}
        # The window stays when the command has ended, by Ctrl-C too, so that its last words can be read.
        line = f"trap : INT; {command}; echo exit $?; exec sleep 600"
        self._run("new-session", "-d", "-x", str(columns), "-y", str(rows), line)

    def _run(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments], capture_output=True, text=True, check=check, env=self._environment
        )
        return done.stdout

    def type(self, text: str, *keys: str) -> None:
        """Type text as it is, then press keys by tmux's names for them."""
        if text:
            self._run("send-keys", "-l", "--", text)
        if keys:
            self._run("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    def text(self) -> str:
        """What stands on the screen, wrapped lines joined."""
        return self._run("capture-pane", "-p", "-J")

    def screen(self) -> list[str]:
        """What stands on the screen, row by row."""
        return [row.rstrip() for row in self._run("capture-pane", "-p").split("\n")[:-1]]

    def until(self, *words: str) -> bool:
        """Wait until all the words stand on the screen."""
        return self.until_screen(lambda text: all(each in text for each in words))

    def until_screen(self, condition: Callable[[str], bool]) -> bool:
        """Wait until the screen is as the condition asks; False if it never is."""
        deadline_s = time.monotonic() + PATIENCE_WALL_S
        while not condition(self.text()):
            if time.monotonic() > deadline_s:
                return False
            time.sleep(0.05)
        return True

    def close(self) -> None:
        """End the command and the server, and take its socket away, which tmux leaves behind.

        A server that is gone already is no failure here: what the test saw of it says more.
        """
        socket = self._run("display-message", "-p", "#{socket_path}", check=False).strip()
        self._run("kill-server", check=False)
        if socket:
            Path(socket).unlink(missing_ok=True)
