"""Progress on a terminal, none in a pipe."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from grader.i18n import say
from grader.model import Language, Submission

if TYPE_CHECKING:
    from grader.grading.options import Progress as Step

NAME_LIMIT = 40  # characters


class Progress:
    """One line on standard error: which submission, which check. Nothing at all where nobody watches."""

    def update(self, step: Step) -> None:
        """Show how far a submission is."""

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to the results for a moment."""
        yield


class _Bar(Progress):
    """Drawn by rich, on standard error."""

    def __init__(self, submissions: Sequence[Submission], language: Language) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Drawn

        from grader.report.sanitize import clean_line

        self._names = [clean_line(submission.name, limit=NAME_LIMIT) for submission in submissions]
        self._drawn = Drawn(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[stage]}", style="dim", markup=False),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        waiting = say("loading libraries").in_language(language)
        self._task = self._drawn.add_task(self._names[0], total=None, stage=waiting)

    def update(self, step: Step) -> None:
        name, count = self._names[step.submission], len(self._names)
        self._drawn.update(
            self._task,
            description=name if count == 1 else f"{step.submission + 1}/{count} {name}",
            completed=step.done,
            total=step.total or None,
            stage=step.stage,
        )

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        self._drawn.stop()
        try:
            yield
        finally:
            self._drawn.start()

    @contextlib.contextmanager
    def drawn(self) -> Iterator[None]:
        self._drawn.start()
        try:
            yield
        finally:
            self._drawn.stop()


@contextlib.contextmanager
def watch(submissions: Sequence[Submission], language: Language) -> Iterator[Progress]:
    """Show progress while submissions are graded, if standard error is a terminal.

    Call it once the examiner is loading: rich is imported here, and the first verdict should not wait for it.
    """
    if not sys.stderr.isatty():
        yield Progress()
        return
    bar = _Bar(submissions, language)
    with bar.drawn():
        yield bar
