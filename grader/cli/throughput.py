"""How a batch goes on: a bar on a terminal, a line now and then in a pipe; submissions a second, time left.

Done is whatever has been settled, faults of ours among it; how many were graded is said at the end.
"""

from __future__ import annotations

import collections
import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from grader.cli.speech import tell
from grader.i18n import say, say_count
from grader.model import Language, Text

LINE_WALL_S = 10.0  # between two lines in a pipe
WINDOW = 200  # results over which the speed is taken

Step = Callable[[int], None]


class Pace:
    """Speed and time left, from the moments at which submissions were done."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = total
        self.done = 0
        self._clock = clock
        self._moments: collections.deque[tuple[float, int]] = collections.deque([(clock(), 0)], maxlen=WINDOW + 1)

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self.done += count
        self._moments.append((self._clock(), self.done))

    @property
    def per_second(self) -> float:
        """Submissions a second lately; 0 before the first."""
        (first_s, before), (last_s, after) = self._moments[0], self._moments[-1]
        return (after - before) / (last_s - first_s) if last_s > first_s else 0.0

    def said(self) -> Text:
        """The pace as a sentence."""
        if not self.per_second:
            return say("{done} of {total} done", done=self.done, total=self.total)
        return say(
            "{done} of {total} done, {rate} a second, about {left} left",
            done=self.done,
            total=self.total,
            rate=f"{self.per_second:.1f}",
            left=duration((self.total - self.done) / self.per_second),
        )


def duration(wall_s: float) -> str:
    """A span of time, short: `42 s`, `3:07 min`, `2:05:00 h`."""
    whole = round(wall_s)
    if whole < 60:
        return f"{whole} s"
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02} h" if hours else f"{minutes}:{seconds:02} min"


@contextlib.contextmanager
def watch_batch(total: int, language: Language) -> Iterator[Step]:
    """Show how a batch of so many submissions goes on. What is yielded is told how many more are done."""
    pace = Pace(total)
    if sys.stderr.isatty():
        with _bar(pace, language) as step:
            yield step
    else:
        yield _lines(pace, language)


@contextlib.contextmanager
def watch_reading(language: Language) -> Iterator[Step]:
    """Show how many submissions of a folder have been read; nothing where that takes no time."""
    read = 0
    said_s = time.monotonic()

    def sentence() -> Text:
        return say_count("{count} submission read", "{count} submissions read", read)

    def step(count: int) -> None:
        nonlocal read, said_s
        read += count
        if time.monotonic() - said_s >= LINE_WALL_S:
            said_s = time.monotonic()
            tell(sentence(), language)

    if not sys.stderr.isatty():
        yield step
        return
    from rich.console import Console

    with Console(stderr=True).status("") as shown:

        def show(count: int) -> None:
            nonlocal read
            read += count
            shown.update(sentence().in_language(language))

        yield show


def _lines(pace: Pace, language: Language) -> Step:
    said_s = time.monotonic()

    def step(count: int) -> None:
        nonlocal said_s
        pace.step(count)
        if time.monotonic() - said_s >= LINE_WALL_S or pace.done == pace.total:
            said_s = time.monotonic()
            tell(pace.said(), language)

    return step


@contextlib.contextmanager
def _bar(pace: Pace, language: Language) -> Iterator[Step]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        BarColumn(bar_width=24),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as drawn:
        task = drawn.add_task(say("loading libraries").in_language(language), total=pace.total)

        def step(count: int) -> None:
            pace.step(count)
            drawn.update(task, completed=pace.done, description=pace.said().in_language(language))

        yield step
