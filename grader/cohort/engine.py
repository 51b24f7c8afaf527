"""What grades a batch: tasks are drawn from an iterator as there is room for them, results come back as they are done.

An engine knows nothing of folders or gradebooks. Whatever happens to one submission is one result; only what makes
all grading pointless (isolation missing, another version of the grader elsewhere) is raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from grader.errors import GraderError
from grader.i18n import say
from grader.model import Report, Submission, Text

ATTEMPTS = 3  # at one submission, each with a fresh examiner


class Task(msgspec.Struct, frozen=True):
    """A submission to be graded; `key` comes back with its result."""

    key: str
    submission: Submission


class Result(msgspec.Struct, frozen=True):
    """A report, or why there is none: a fault of ours."""

    key: str
    report: Report | None
    fault: Text | None = None


class Engine(Protocol):
    """Grades many submissions."""

    def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
        """Grade all tasks, in any order. Closing the iterator ends everything that was started.

        Raises:
            GraderError: no submission can be graded.
        """


def fault_of(error: BaseException) -> Text:
    """Why a submission has no report, for the gradebook."""
    if isinstance(error, GraderError):
        return error.text
    return say("A fault of the grader itself: {what}.", what=f"{type(error).__name__}: {error}"[:300])
