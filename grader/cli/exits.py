"""The exit codes, all in one place. Scripts rely on them."""

from __future__ import annotations

from collections.abc import Iterable

from grader.model import Verdict

ACCEPTED = 0  # everything that was asked for
NOT_ACCEPTED = 1  # graded, and not all of it accepted
USAGE = 2  # what was asked for cannot be done as asked
FAULT = 3  # ours
INTERRUPTED = 130  # Ctrl-C


def code_of(verdicts: Iterable[Verdict], *, refused: bool = False) -> int:
    """The exit code of a grading.

    Args:
        verdicts: one a submission.
        refused: something that was handed in could not be taken at all.
    """
    seen = set(verdicts)
    if Verdict.GRADER_FAULT in seen:
        return FAULT
    if refused:
        return USAGE
    return ACCEPTED if seen == {Verdict.ACCEPTED} else NOT_ACCEPTED
