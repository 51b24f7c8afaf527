"""What engines share."""

from __future__ import annotations

from grader.cohort.engine import fault_of
from grader.errors import ExaminerDied


def test_a_fault_has_a_sentence_in_both_languages() -> None:
    """Our own errors bring theirs; any other is named, and cut where it is long."""
    assert fault_of(ExaminerDied("it died", "它死了")).zh == "它死了"
    said = fault_of(ValueError("x" * 1_000))
    assert said.en.startswith("A fault of the grader itself: ValueError: xxx")
    assert said.en != said.zh
    assert len(said.en) < 400
