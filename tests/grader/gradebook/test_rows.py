"""The records of a gradebook."""

from __future__ import annotations

from grader.gradebook import CheckRow
from grader.model import CheckKind, Outcome


def row(override: float | None) -> CheckRow:
    return CheckRow(
        attempt_id=1,
        check="c",
        part="p",
        function="f",
        kind=CheckKind.VALUE,
        visibility="hidden",
        outcome=Outcome.FAILED,
        points=3.0,
        max_points=10.0,
        cpu_s=0.0,
        wall_s=0.0,
        peak_rss_bytes=0,
        override=override,
    )


def test_a_persons_decision_goes_before_the_graders() -> None:
    """Also where it takes all points away."""
    assert row(None).final_points == 3.0
    assert row(8.0).final_points == 8.0
    assert row(0.0).final_points == 0.0


def test_a_decision_of_more_points_than_there_are_counts_as_all() -> None:
    """The exercise was changed since; the decision is kept as it was written."""
    assert (row(60.0).final_points, row(60.0).override) == (10.0, 60.0)


def test_a_decision_is_an_outcome_too() -> None:
    """All points are a pass, fewer are none; without a decision it is what the grader found."""
    found = [row(each).final_outcome for each in (None, 10.0, 60.0, 9.5, 0.0)]

    assert found == [Outcome.FAILED, Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.FAILED]
