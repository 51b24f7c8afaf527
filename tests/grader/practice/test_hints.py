"""Which hint comes next."""

from __future__ import annotations

import pytest

from grader.catalog.load import load
from grader.model import Outcome, Part, Text
from grader.practice.hints import next_hint, outcomes_by_part, part_in_need

EXERCISE = load("self_attention")
FIRST, SECOND, THIRD = (part.id for part in EXERCISE.parts[:3])


@pytest.mark.parametrize(
    ("outcomes", "wanted"),
    [
        ({}, None),
        ({FIRST: {Outcome.PASSED}, SECOND: {Outcome.PASSED, Outcome.NOT_GRADED}}, None),
        ({FIRST: {Outcome.FAILED}, SECOND: {Outcome.FAILED}}, FIRST),
        ({FIRST: {Outcome.NOT_ATTEMPTED}, SECOND: {Outcome.PASSED, Outcome.FAILED}}, SECOND),
        ({FIRST: {Outcome.PASSED}, SECOND: {Outcome.NOT_ATTEMPTED}, THIRD: {Outcome.NOT_ATTEMPTED}}, SECOND),
        ({FIRST: {Outcome.OVER_BUDGET, Outcome.PASSED}}, FIRST),
        ({FIRST: {Outcome.TOO_NOISY, Outcome.GRADER_FAULT}, SECOND: {Outcome.SKIPPED}}, SECOND),
    ],
)
def test_what_fails_comes_before_what_was_not_begun(outcomes: dict[str, set[Outcome]], wanted: str | None) -> None:
    """Each in the order of the parts; our own faults are nobody's need."""
    part = part_in_need(EXERCISE, outcomes)

    assert (part.id if part is not None else None) == wanted


def test_outcomes_are_gathered_by_part(report_of) -> None:
    """Of all checks."""
    report = report_of({"a": Outcome.PASSED, "b": Outcome.FAILED, "c": Outcome.PASSED}, parts={"c": "two"})

    assert outcomes_by_part(report.checks) == {"one": {Outcome.PASSED, Outcome.FAILED}, "two": {Outcome.PASSED}}


def test_the_ladder_is_climbed_one_rung_at_a_time() -> None:
    """At its top it stays, and says so."""
    part = EXERCISE.parts[0]
    found = [next_hint(part, shown) for shown in range(len(part.hints) + 2)]

    assert [each.level for each in found] == [1, 2, 3, 3, 3]
    assert [each.new for each in found] == [True, True, True, False, False]
    assert [each.text for each in found[:3]] == list(part.hints)


def test_a_part_without_hints_has_none() -> None:
    """Level 0 of 0."""
    found = next_hint(Part(id="p", title=Text(en="P", zh="P")), 0)

    assert (found.level, found.levels, found.new) == (0, 0, False)
