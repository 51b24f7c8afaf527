"""`grader watch`: a verdict in place after every save."""

from __future__ import annotations

import contextlib
import datetime
import queue
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.attempt import open_history
from grader.cli.language import language_of
from grader.cli.naming import only_submission
from grader.cli.page import Command, option
from grader.cli.speech import complain
from grader.cli.watchsources import Event, Grading, terminal_signals, watch_file
from grader.errors import GraderError, UsageError
from grader.i18n import say
from grader.model import Language, Report, Submission, Text

LOOK_WALL_S = 0.5  # how late a signal may be handled

if TYPE_CHECKING:
    from grader.cli.watchscreen import Seen
    from grader.practice.history import History


@click.command(
    cls=Command,
    name="watch",
    short_help="Grade on every save.",
    help=(
        "Grade a file on every save, and show what the save changed and what to fix first. PATH is the file or its"
        " folder; without PATH, the current folder. Times are taken once everything else is right."
    ),
)
@click.argument("path", required=False, metavar="[PATH]", type=click.Path(path_type=Path))
@option("--no-timing", is_flag=True, help="Leave out what is timed.")
@option("--cold", is_flag=True, help="Do without the warm server, with a seed of its own.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def watch(path: Path | None, no_timing: bool, cold: bool, lang: str | None) -> int:
    """Watch until told to stop, and return the exit code."""
    language = language_of(lang)
    slug, file = only_submission(path)
    history = open_history(language)
    try:
        _Watch(slug, file, language, history, timing=not no_timing, cold=cold).run()
    finally:
        if history is not None:
            history.close()
    return exits.ACCEPTED


class _Watch:
    """One session: events of three sources, handled one after the other by the main thread."""

    def __init__(
        self, slug: str, file: Path, language: Language, history: History | None, *, timing: bool, cold: bool
    ) -> None:
        from grader.catalog.load import load
        from grader.cli.watchscreen import Screen, Seen

        self._exercise = load(slug)
        self._file = file
        self._language: Language = language
        self._history = history
        self._timing = timing
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()  # one that signal handlers may put into
        self._grading = Grading(self._events, cold=cold)
        self._screen = Screen(language) if sys.stdout.isatty() else None
        self._seen: Seen = Seen(file=str(file), state=say("grading…"))
        self._sha256 = ""
        self._saved_s = 0.0
        self._unrecorded: Report | None = None  # right so far; its times are being taken
        self._shown_sha256 = ""
        self._before: Report | None = None  # of the save before the one that is shown

    def run(self) -> None:
        """Handle events until it is over."""
        self._save()
        try:
            with self._sources():
                while self._handle(*self._next()):
                    pass
        finally:  # Ctrl-C too
            self._record(self._unrecorded)
        if self._screen is not None:
            with contextlib.suppress(OSError):  # of a terminal that has gone
                click.echo()

    def _next(self) -> Event:
        """The next event. A signal that another thread caught is only handled when this one wakes."""
        while True:
            with contextlib.suppress(queue.Empty):
                return self._events.get(timeout=LOOK_WALL_S)

    @contextlib.contextmanager
    def _sources(self) -> Iterator[None]:
        from grader.cli.keys import Keys, keys_can_be_read

        # A terminal that has gone ends it as `q` does: no key can come any more.
        stop = threading.Event()
        watching = threading.Thread(target=watch_file, args=(self._file, self._events, stop), daemon=True)
        self._keys = Keys(lambda key: self._events.put(("key", key)), lambda: self._events.put(("key", "q")))
        with contextlib.ExitStack() as stack:
            stack.callback(self._grading.close)
            stack.callback(stop.set)
            if self._screen is not None and keys_can_be_read():
                stack.enter_context(self._keys.reading())
                stack.enter_context(terminal_signals(self._events))
            watching.start()
            yield

    def _handle(self, kind: str, what: object) -> bool:
        """Handle one event; False when it is over."""
        match kind, what:
            case "saved", _:
                self._save()
            case "graded", (Submission() as submission, Report() as report):
                if submission.sha256 == self._sha256:  # else a newer save is being graded
                    self._graded(submission, report)
            case "failed", (Submission() as submission, GraderError() as error):
                if submission.sha256 == self._sha256:
                    self._sha256 = ""  # the same saved once more is graded once more
                    self._show(said=(error.text,), state=say("waiting for the next save"))
            case "gone", Text() as why:
                raise UsageError(why.en, why.zh)
            case "key", str() as key:
                return self._key(key)
            case "resumed", _:
                self._keys.resume()
                self._draw()
            case _:
                self._draw()
        return True

    def _save(self) -> None:
        """Read the file and have it graded. A file that cannot be read is waited for."""
        from grader.catalog.intake import take_in

        refused: Text | None
        if self._file.is_dir():  # where several may lie
            refused = say("{path} is a folder, where a file was expected.", path=self._file)
        else:
            intake = take_in([self._file], self._exercise.slug)
            refused = intake.refused[0].text if intake.refused else None
        if refused is not None:
            self._sha256 = ""
            self._show(said=(refused,), state=say("waiting for the next save"))
            return
        (submission,) = intake.submissions
        if submission.sha256 == self._sha256:
            return
        self._sha256 = submission.sha256
        self._saved_s = time.monotonic()
        if self._screen is not None:
            self._show(said=(), state=say("grading…"))
        self._grading.ask(submission, timing=False)

    def _graded(self, submission: Submission, report: Report) -> None:
        from grader.practice.watching import change_between, untimed_is_right

        wall_s = time.monotonic() - self._saved_s
        now = datetime.datetime.now().astimezone().strftime("%H:%M:%S")
        state = say("{time}, after {seconds} s", time=now, seconds=f"{wall_s:.2f}")
        if submission.sha256 != self._shown_sha256:  # else it is the same save again, with its times
            self._before, self._shown_sha256 = self._seen.report, submission.sha256
        change = change_between(self._before, report) if self._before is not None else None
        if self._unrecorded is not None and self._unrecorded.submission_sha256 != submission.sha256:
            self._record(self._unrecorded)  # a newer save came before its times were taken
        goes_on = self._timing and untimed_is_right(report)
        if goes_on:
            self._grading.ask(submission, timing=True)
            self._unrecorded = report
            state = say("{state} · taking times…", state=state)
        else:
            self._unrecorded = None
            self._record(report)
        self._show(report=report, change=change, at=0, said=(), state=state)

    def _record(self, report: Report | None) -> None:
        if report is None or self._history is None:
            return
        from grader.practice.recording import record_attempt

        try:
            record_attempt(self._history, report)
        except GraderError as error:
            complain(error.text, self._language)
            self._history.close()
            self._history = None

    # Keys.

    def _key(self, key: str) -> bool:
        match key.lower():
            case "q":
                return False
            case "n":
                self._show(at=self._seen.at + 1, said=())
            case "h":
                self._hint()
            case "r":
                self._page()
        return True

    def _hint(self) -> None:
        from grader.cli.hint import hint_lines
        from grader.practice.hints import outcomes_by_part, part_in_need

        if self._seen.report is None:
            return
        part = part_in_need(self._exercise, outcomes_by_part(self._seen.report.checks))
        if part is None:
            self._show(said=(say("Nothing fails: there is nothing to hint at."),))
            return
        try:
            lines, aside = hint_lines(self._exercise, part, self._history)
        except GraderError as error:
            lines, aside = (), error.text
        self._show(said=lines if aside is None else (*lines, aside))

    def _page(self) -> None:
        from grader.report.html import render_html
        from grader.report.write import write_report

        if self._seen.report is None:
            return
        page = self._file.with_suffix(".report.html").absolute()
        try:
            write_report(page, render_html([self._seen.report], self._language))
        except GraderError as error:
            self._show(said=(error.text,))
        else:
            self._show(said=(say("Report: {file}", file=page),))

    def _show(self, **news: object) -> None:
        import msgspec

        self._seen = msgspec.structs.replace(self._seen, **news)
        self._draw()

    def _draw(self) -> None:
        from grader.cli.watchscreen import plain_line

        if self._screen is not None:
            self._screen.draw(self._seen)
        else:
            click.echo(plain_line(self._seen, self._language))
