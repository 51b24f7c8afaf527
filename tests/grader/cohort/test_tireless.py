"""An examiner that is replaced when it dies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from grader.cohort.engine import ATTEMPTS, Task
from grader.cohort.tireless import Tireless
from grader.errors import ContentError, ExaminerDied, GraderError, IsolationError
from grader.model import Submission

TASK = Task("key", Submission(exercise="adder", name="a", source=b""))


class Script:
    """Examiners that do what they are told: raise, or hand back a word instead of a report."""

    def __init__(self, *acts: object) -> None:
        self.acts = list(acts)
        self.made = 0
        self.closed = 0

    def __call__(self) -> Script:
        self.made += 1
        return self

    def grade(self, submissions: Sequence[Submission]) -> Iterator[object]:
        act = self.acts.pop(0)
        if isinstance(act, BaseException):
            raise act
        yield act

    def close(self) -> None:
        self.closed += 1


def test_one_examiner_serves_as_long_as_it_lives() -> None:
    """Nothing is started anew for the next submission."""
    script = Script("first", "second")
    tireless = Tireless(script)  # type: ignore[arg-type]

    assert [tireless.grade(TASK).report for _ in range(2)] == ["first", "second"]
    tireless.close()
    assert (script.made, script.closed) == (1, 1)


def test_who_dies_is_replaced_and_the_submission_graded_again() -> None:
    """Whatever killed it: the next one may have more luck."""
    script = Script(ExaminerDied("killed"), OSError("gone"), "report")

    assert Tireless(script).grade(TASK).report == "report"  # type: ignore[arg-type]
    assert (script.made, script.closed) == (3, 2)


def test_who_dies_again_and_again_is_a_fault() -> None:
    """The submission gets its sentence, and the next one an examiner of its own."""
    script = Script(*[ExaminerDied("killed")] * ATTEMPTS, "report")
    tireless = Tireless(script)  # type: ignore[arg-type]

    result = tireless.grade(TASK)

    assert result.report is None
    assert result.fault is not None
    assert result.fault.en == "killed"
    assert tireless.grade(TASK).report == "report"


@pytest.mark.parametrize("error", [ContentError("broken exercise"), GraderError("x"), ValueError("x")])
def test_what_would_happen_again_is_not_tried_again(error: Exception) -> None:
    """A broken exercise stays broken; the batch goes on with the next submission."""
    script = Script(error)

    assert Tireless(script).grade(TASK).fault is not None  # type: ignore[arg-type]
    assert script.made == 1


def test_who_is_stopped_hires_nobody() -> None:
    """Neither before the first submission nor between two."""
    script = Script("first", "second")
    tireless = Tireless(script)  # type: ignore[arg-type]
    tireless.kill()

    result = tireless.grade(TASK)

    assert (result.report, script.made) == (None, 0)
    assert result.fault is not None


def test_who_is_stopped_while_an_examiner_is_made_grades_nothing() -> None:
    """The examiner is not there yet to be killed, so whoever made it looks again, and ends it."""
    script = Script("first")

    def make() -> Script:
        tireless.kill()
        return script()

    tireless = Tireless(make)  # type: ignore[arg-type]

    assert tireless.grade(TASK).report is None
    assert script.acts == ["first"]
    assert (script.made, script.closed) == (1, 1)


def test_without_isolation_nothing_is_graded() -> None:
    """That is no matter of one submission."""
    script = Script(IsolationError("no wall"))

    with pytest.raises(IsolationError):
        Tireless(script).grade(TASK)  # type: ignore[arg-type]
    assert script.closed == 1
