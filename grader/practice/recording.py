"""One grading, remembered with everything that follows from it: a mistake made today comes back as a question."""

from __future__ import annotations

import datetime

from grader.model import Report
from grader.practice.history import History
from grader.practice.records import Recorded
from grader.practice.store import transaction


def record_attempt(history: History, report: Report, interview: str | None = None) -> Recorded:
    """Record a grading, and have the questions behind new mistakes come back.

    Args:
        interview: the id of the interview that it belongs to.

    Raises:
        HistoryError: the disk did not do its part.
    """
    with transaction(history.connection, history.file):  # a mistake without its questions would never be new again
        recorded = history.record(report, interview=interview)
        if recorded.made:
            from grader.practice.schedule import mistakes_found  # here: most gradings make no new mistake

            mistakes_found(history, report.exercise, recorded.made, datetime.datetime.fromisoformat(history.stamp()))
    return recorded
