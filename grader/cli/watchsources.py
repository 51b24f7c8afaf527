"""What a watch hears of: saves of the file, finished gradings, the terminal. Each from a thread or a signal of its own.

All of it arrives in one queue, and is handled by the main thread alone.
"""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from grader.errors import GraderError
from grader.i18n import say
from grader.model import Submission

DEBOUNCE_MS = 40  # an editor's save is several changes
STEP_MS = 10
ANSWERS = "answers.md"

Event = tuple[Literal["saved", "gone", "graded", "failed", "key", "redraw", "resumed"], object]


class Grading:
    """Grades in a thread of its own; of several that wait, only the latest is graded."""

    def __init__(self, events: queue.SimpleQueue[Event], *, cold: bool) -> None:
        self._events = events
        self._cold = cold
        self._wanted: queue.SimpleQueue[tuple[Submission, bool] | None] = queue.SimpleQueue()
        # One thread for all of it: the kernel ends an examiner with the thread that started it.
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def ask(self, submission: Submission, *, timing: bool) -> None:
        self._wanted.put((submission, timing))

    def close(self) -> None:
        """End it. A grading that goes on is not waited for: whoever grades notices that we have gone."""
        self._wanted.put(None)
        self._thread.join(timeout=0.5)

    def _run(self) -> None:
        from grader.grading.options import GradeOptions
        from grader.server.engine import Engine

        with Engine(GradeOptions(timing=False), "cold" if self._cold else "start") as engine:
            while (wanted := self._latest()) is not None:
                submission, timing = wanted
                try:
                    report = engine.grade_again(submission, GradeOptions(timing=timing))
                except GraderError as error:
                    self._events.put(("failed", (submission, error)))
                except Exception as error:  # a thread that ended in silence would look like a grading without end
                    told = GraderError(f"{type(error).__name__}: {error}")
                    self._events.put(("failed", (submission, told)))
                else:
                    self._events.put(("graded", (submission, report)))

    def _latest(self) -> tuple[Submission, bool] | None:
        wanted = self._wanted.get()
        while not self._wanted.empty():
            wanted = self._wanted.get()
        return wanted


def watch_file(file: Path, events: queue.SimpleQueue[Event], stop: threading.Event) -> None:
    """Report each save. The folder is watched: editors replace files, they do not change them."""
    import watchfiles

    names = {file.name, ANSWERS}
    folder = file.absolute().parent

    def matters(_change: watchfiles.Change, path: str) -> bool:
        return Path(path).name in names or Path(path) == folder

    try:
        for _ in watchfiles.watch(
            folder,
            watch_filter=matters,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=stop,
            raise_interrupt=False,
            recursive=False,
        ):
            if not folder.is_dir():
                break
            events.put(("saved", None))
    except (OSError, RuntimeError) as error:  # the latter: others have taken all that the kernel can watch
        events.put(("gone", say("{folder} cannot be watched: {reason}.", folder=folder, reason=error)))
        return
    if not stop.is_set():
        events.put(("gone", say("The folder {folder} is gone.", folder=folder)))


@contextlib.contextmanager
def terminal_signals(events: queue.SimpleQueue[Event]) -> Iterator[None]:
    """Draw anew when the terminal changes its size, or comes back from a shell."""
    handlers = {signal.SIGWINCH: "redraw", signal.SIGCONT: "resumed"}
    before = {
        number: signal.signal(number, lambda *_, kind=kind: events.put((kind, None)))
        for number, kind in handlers.items()
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
