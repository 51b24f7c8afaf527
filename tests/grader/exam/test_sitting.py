"""A sitting: one check, one submission, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from grader.errors import ZygoteDied
from grader.exam import expect
from grader.exam.failures import CandidateGone
from grader.exam.memo import ReferenceSeat
from grader.exam.program import Program
from grader.exam.seat import Seat
from grader.exam.sitting import SMALL_INPUT_ELEMENTS, Sitting, UnusableResult
from grader.exam.supply import Supply
from grader.model import Check, Died, Exercise, Outcome
from grader.sandbox import Expired

WRONG = "def add(a, b): return a - b\ndef add_all(numbers): return 0\n"
Sit = Callable[..., Sitting]


@pytest.fixture
def sit(adder: Exercise, supply: Supply, seat_of: Callable[..., Seat], check: Check) -> Iterator[Sit]:
    """A sitting of a submission given as text, beside the reference."""
    memo = ReferenceSeat(Seat(Program(adder, adder.reference.read_bytes()), supply))
    yield lambda source, seed=1: Sitting(check, seat_of(source, begun=False), memo, seed)
    memo.seat.leave()


def test_a_check_that_ran_through_has_passed(sit: Sit) -> None:
    """No message, no evidence; the transcript and the accounts are there."""
    sitting = sit("def add(a, b): return a + b\n")
    expect.equal(sitting.candidate.add(1, 2), sitting.reference.add(1, 2))
    sat = sitting.finish()

    assert (sat.outcome, sat.message.en, sat.example, sat.traceback) == (Outcome.PASSED, "", None, "")
    assert [call.name for call in sat.scene.calls] == ["add"]
    assert sat.cost.cpu_s > 0
    assert sat.cost.wall_s > 0
    assert sat.cost.peak_rss_bytes > 0
    assert sat.timing is None


def failing(sitting: Sitting, *calls: tuple[int, int]) -> None:
    got = [sitting.candidate.add(a, b) for a, b in calls]
    want = [sitting.reference.add(a, b) for a, b in calls]
    try:
        expect.equal(got, want)
    except Exception as error:
        sitting.error = error


def test_the_evidence_is_the_first_call_that_went_wrong(sit: Sit) -> None:
    """Not the last one that was made; with its inputs, since they are small."""
    sitting = sit(WRONG)
    failing(sitting, (1, 0), (5, 3), (7, 1))
    sat = sitting.finish()

    assert sat.outcome is Outcome.FAILED
    assert sat.example is not None
    assert sat.example.call == "add(5, 3)"
    assert sat.example.inputs == "5\n3"


def test_large_inputs_are_not_shown(sit: Sit) -> None:
    """A page of numbers is no evidence."""
    sitting = sit(WRONG)
    sitting.candidate.add_all([1] * (SMALL_INPUT_ELEMENTS + 1))
    sitting.error = AssertionError()
    with pytest.raises(UnusableResult) as caught:
        sitting.finish()
    example = caught.value.example()

    assert example is not None
    assert example.inputs == ""
    assert example.call == "add_all(list[65])"
    assert caught.value.cost.cpu_s > 0


def test_a_death_outside_of_a_call_is_the_candidates_too(sit: Sit) -> None:
    """Between the calls of a check, or while it was being prepared."""
    sitting = sit(WRONG)
    sitting.error = Expired(Died("exit", 3))
    sat = sitting.finish()

    assert sat.outcome is Outcome.CRASHED
    assert sat.message.en == CandidateGone(Died("exit", 3), None).message.en


@pytest.mark.parametrize("error", [ZygoteDied("gone"), KeyboardInterrupt(), SystemExit(1)])
def test_our_own_faults_are_nobodys_outcome(sit: Sit, error: BaseException) -> None:
    """They come out as they are."""
    sitting = sit(WRONG)
    sitting.error = error
    with pytest.raises(type(error)):
        sitting.finish()


def test_a_test_that_stumbles_is_told_apart(sit: Sit) -> None:
    """Whether the candidate's result or the test is to blame is found out by whoever grades."""
    sitting = sit(WRONG)
    sitting.candidate.add(1, 2)
    sitting.error = TypeError("not subscriptable")
    with pytest.raises(UnusableResult) as caught:
        sitting.finish()

    assert "add returned does not have the form" in caught.value.message(visible=False).en
    assert caught.value.scene.calls[0].name == "add"


def test_a_visible_assertion_is_named_with_its_line(sit: Sit) -> None:
    """The line of test_visible.py where it stands, though the assertion may lie in something that it calls."""
    sitting = sit(WRONG)
    code = compile("\n\ndef helper():\n    assert False\nhelper()", "/somewhere/test_visible.py", "exec")
    try:
        exec(code, {})
    except AssertionError as error:
        sitting.error = error
    with pytest.raises(UnusableResult) as caught:
        sitting.finish()

    assert "(test_visible.py:5)" in caught.value.message(visible=True).en
    assert "form" in caught.value.message(visible=False).en
    assert caught.value.example() is None


def test_a_check_without_calls_has_a_sentence(sit: Sit) -> None:
    """There is no function to name."""
    sitting = sit(WRONG)
    sitting.error = TypeError()
    with pytest.raises(UnusableResult) as caught:
        sitting.finish()

    assert caught.value.message(visible=False).en


def test_inputs_are_the_same_for_every_submission(sit: Sit) -> None:
    """And other ones with another seed."""
    one, two, other = sit(WRONG), sit("x = 1"), sit(WRONG, 2)

    assert one.inputs.python.random() == two.inputs.python.random() != other.inputs.python.random()
