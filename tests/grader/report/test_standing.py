"""Outcomes of several checks, added up."""

from __future__ import annotations

import msgspec
import pytest

from grader.model import Outcome, Report, Verdict
from grader.report.standing import gravest, stopped, tally
from grader.report.words import Tone


@pytest.mark.parametrize(
    ("outcomes", "tone"),
    [
        ([Outcome.PASSED], "good"),
        ([Outcome.PASSED, Outcome.NOT_GRADED], "good"),
        ([Outcome.PASSED, Outcome.SKIPPED], "calm"),
        ([Outcome.PASSED, Outcome.TOO_NOISY, Outcome.SKIPPED], "warn"),
        ([Outcome.PASSED, Outcome.TOO_NOISY, Outcome.FAILED], "bad"),
        ([Outcome.NOT_GRADED], "calm"),
        ([], "calm"),
    ],
)
def test_the_gravest_outcome_gives_the_tone(outcomes: list[Outcome], tone: Tone) -> None:
    """One failure is not hidden by nine passes, and nothing at all is no success."""
    assert gravest(outcomes) == tone


def test_a_tally_counts_what_was_graded(reports: dict[str, Report]) -> None:
    """What was left out is told apart; where all was, nothing is said to have passed."""
    left_out = [msgspec.structs.replace(each, outcome=Outcome.NOT_GRADED) for each in reports["wrong"].checks]

    assert [text.en for text in tally(reports["accepted"].checks)] == ["8 of 8 checks passed."]
    assert [text.zh for text in tally(reports["wrong"].checks)] == ["7 项检查中通过了 2 项。", "1 项检查未评分。"]
    assert [text.en for text in tally(left_out)] == ["8 checks were not graded."]


@pytest.mark.parametrize(
    ("name", "expected"), [("import_error", True), ("hung", True), ("crashed", False), ("accepted", False)]
)
def test_a_module_that_could_not_be_had(reports: dict[str, Report], name: str, expected: bool) -> None:
    """Every check ended in the same way, before it began."""
    assert stopped(reports[name]) is expected


def test_a_report_without_graded_checks_is_not_stopped(reports: dict[str, Report]) -> None:
    """There would be nothing to say about it."""
    assert not stopped(msgspec.structs.replace(reports["import_error"], checks=()))
    assert reports["import_error"].verdict is Verdict.IMPORT_ERROR
