"""What changed between two saves, and what to fix first."""

from __future__ import annotations

from grader.model import Outcome
from grader.practice.watching import change_between, to_fix, untimed_is_right

PASSED, FAILED, WAITING, LEFT_OUT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_ATTEMPTED, Outcome.NOT_GRADED


def test_a_change_names_what_it_fixed_and_broke(report_of, mistake) -> None:
    """Points are those of checks that both gradings judged."""
    before = report_of({"a": FAILED, "b": PASSED, "c": PASSED, "t": PASSED}, mistake("m", "a"))
    after = report_of({"a": PASSED, "b": FAILED, "c": PASSED, "t": LEFT_OUT}, mistake("n", "b"))

    change = change_between(before, after)

    assert [each.check.id for each in change.fixed] == ["a"]
    assert [each.check.id for each in change.broken] == ["b"]
    assert [each.mistakes for each in change.cured] == [("m",)]
    assert [each.mistakes for each in change.made] == [("n",)]
    assert change.points == 0
    assert not change.nothing


def test_no_change_is_nothing(report_of, mistake) -> None:
    """The same outcomes, the same mistakes."""
    report = report_of({"a": FAILED, "b": PASSED}, mistake("m", "a"))

    assert change_between(report, report).nothing


def test_a_file_that_does_not_run_has_cured_nothing(report_of, mistake) -> None:
    """Its mistakes are out of sight, not gone."""
    before = report_of({"a": FAILED, "b": PASSED}, mistake("m", "a"))
    after = report_of({"a": Outcome.ERRORED, "b": Outcome.ERRORED})

    assert change_between(before, after).cured == ()


def test_a_cost_whose_times_were_left_out_is_not_gone(report_of, mistake) -> None:
    """The first grading of a save takes no times; nor is a mistake gone whose check fails for another reason now."""
    slow, wrong = mistake("slow_loop", "t"), mistake("m", "a")
    before = report_of({"a": FAILED, "b": PASSED, "t": Outcome.OVER_BUDGET}, slow, wrong)

    assert change_between(before, report_of({"a": PASSED, "b": PASSED, "t": LEFT_OUT})).cured == (wrong,)
    assert change_between(before, report_of({"a": FAILED, "b": PASSED, "t": PASSED})).cured == (slow,)


def test_a_mistake_in_what_was_not_graded_before_is_not_new(report_of, mistake) -> None:
    """This save did not make it."""
    before = report_of({"a": PASSED, "t": LEFT_OUT})
    after = report_of({"a": PASSED, "t": Outcome.OVER_BUDGET}, mistake("slow_loop", "t"))

    assert change_between(before, after).nothing


def test_what_is_wrong_comes_before_what_is_not_begun(report_of, mistake) -> None:
    """Checks of one diagnosis are one thing; so are those that say the same, and a part that was not begun."""
    report = report_of(
        {"w1": WAITING, "w2": WAITING, "a": FAILED, "b": FAILED, "c": FAILED, "d": FAILED, "p": PASSED, "l": LEFT_OUT},
        mistake("m", "b", "c"),
        parts={"w1": "two", "w2": "two"},
    )

    things = to_fix(report)

    assert [[each.check.id for each in thing.checks] for thing in things] == [["a", "d"], ["b", "c"], ["w1", "w2"]]
    assert [thing.diagnosis is not None for thing in things] == [False, True, False]
    assert things[0].first.check.id == "a"


def test_our_own_faults_are_not_for_the_candidate_to_fix(report_of) -> None:
    """Nor is what a busy machine could not tell."""
    report = report_of({"a": Outcome.GRADER_FAULT, "b": Outcome.TOO_NOISY, "c": Outcome.NEEDS_PERSON})

    assert to_fix(report) == ()


def test_times_are_taken_once_the_rest_is_right(report_of) -> None:
    """And only if they were left out."""
    assert untimed_is_right(report_of({"a": PASSED, "t": LEFT_OUT}))
    assert not untimed_is_right(report_of({"a": FAILED, "t": LEFT_OUT}))
    assert not untimed_is_right(report_of({"a": WAITING, "t": LEFT_OUT}))
    assert not untimed_is_right(report_of({"a": PASSED, "t": PASSED}))
