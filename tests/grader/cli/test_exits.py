"""The exit codes."""

from __future__ import annotations

import pytest

from grader.cli.exits import code_of
from grader.model import Verdict

A, W, F = Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.GRADER_FAULT


@pytest.mark.parametrize(
    ("verdicts", "refused", "code"),
    [
        ([A, A], False, 0),
        ([A, W], False, 1),
        ([Verdict.TOO_NOISY], False, 1),
        ([Verdict.NOT_ATTEMPTED], False, 1),
        ([], False, 1),
        ([A], True, 2),
        ([W], True, 2),
        ([A, F], False, 3),
        ([F], True, 3),
    ],
)
def test_the_gravest_decides(verdicts: list[Verdict], refused: bool, code: int) -> None:
    """Our fault before the caller's slip before a wrong answer; no verdict at all is no pass."""
    assert code_of(verdicts, refused=refused) == code
