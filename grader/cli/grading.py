"""Grading for somebody at a terminal: each result is said as it comes, and their own attempts are remembered."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from grader.cli.speech import tell
from grader.model import Language, Report, Submission

if TYPE_CHECKING:
    from grader.grading.options import GradeOptions
    from grader.report.redact import View
    from grader.server.engine import Warmth


class Desk:
    """Grades one submission after the other, and says each result as it comes."""

    def __init__(self, options: GradeOptions, language: Language, view: View, form: str, *, own: bool) -> None:
        self._options = options
        self._language = language
        self._view: View = view
        self._form = form
        self._own = own

    def grade(self, submissions: Sequence[Submission], reports: list[Report], warmth: Warmth) -> None:
        """Grade. Fills `reports` as it goes."""
        from grader.server.engine import Engine

        with Engine(self._options, warmth) as engine:
            engine.begin(submissions)
            # What draws is imported while the examiner loads its libraries, so that it costs no time of its own.
            from grader.cli.progress import watch
            from grader.cli.tables import results_table, show

            if self._form == "text":
                import grader.report.text  # noqa: F401
            try:
                with watch(submissions, self._language) as progress:
                    graded = zip(submissions, engine.grade(submissions, progress.update), strict=False)
                    for submission, report in graded:
                        with progress.paused():
                            reports.append(self._say(report, submission))
            finally:  # what was graded before an interruption or a fault is written
                self._write_junit(reports, submissions)
        if len(reports) > 1 and self._form == "text":
            show(results_table(reports, self._language))

    def _write_junit(self, reports: Sequence[Report], submissions: Sequence[Submission]) -> None:
        if self._form != "junit" or not reports:
            return
        from grader.report.junit import junit_document

        pairs = [(report, submission.source) for report, submission in zip(reports, submissions, strict=False)]
        sys.stdout.flush()
        sys.stdout.buffer.write(junit_document(pairs, self._language, self._view))  # it says itself how it is encoded
        sys.stdout.buffer.flush()

    def _say(self, report: Report, submission: Submission) -> Report:
        """Say one result and remember it; returns the report, with the hints that it took."""
        from grader.cli.attempt import changes, open_history, remember_in, with_hints_noted

        history = open_history(self._language) if self._own else None
        if history is None:
            self._show(report, submission)
            return report
        with history:
            report = with_hints_noted(history, report)
            self._show(report, submission)
            recorded = remember_in(history, report, self._language)
        if recorded is not None and self._form == "text":
            for change in changes(recorded, report):
                tell(change, self._language)
        return report

    def _show(self, report: Report, submission: Submission) -> None:
        match self._form:
            case "text":
                from grader.cli.tables import show
                from grader.report.text import render_text

                show(render_text(report, self._language, self._view))
                show("")
            case "plain":
                from grader.report.lines import render_plain

                click.echo(render_plain(report, submission.source, self._language, self._view))
            case "github":
                from grader.report.lines import render_github

                click.echo(render_github(report, submission.source, self._language, self._view))
