"""What grades: the warm server, or an examiner where that one fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Self

import pytest

from grader.errors import ContentError, GraderError
from grader.examiner import client as examiners
from grader.grading.options import GradeOptions
from grader.model import Submission
from grader.server import client as servers
from grader.server.client import NoServerError
from grader.server.engine import Engine

ONE = Submission(exercise="adder", name="one", source=b"")
TWO = Submission(exercise="adder", name="two", source=b"")


class FakeExaminer:
    """Says that it graded."""

    made: ClassVar[list[FakeExaminer]] = []
    fails: GraderError | None = None

    def __init__(self, *, options: GradeOptions) -> None:
        self.options = options
        self.closed = False
        self.made.append(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def start(self, slugs: Sequence[str]) -> None:
        pass

    def grade(self, submissions: Sequence[Submission], on_progress: object = None) -> Iterator[Any]:
        if self.fails:
            raise self.fails
        for each in submissions:
            yield "cold", each.name, self.options


class FakeAsked:
    """Says that the server graded, or fails as told."""

    at: str = ""
    error: Exception = NoServerError("gone")
    starts: ClassVar[list[bool]] = []

    def __init__(self, submission: Submission, options: GradeOptions, *, start: bool) -> None:
        self.starts.append(start)
        self.submission, self.options = submission, options
        if self.at == "asking":
            raise self.error

    def report(self, on_progress: object) -> Any:
        if self.at == "waiting":
            raise self.error
        return "warm", self.submission.name, self.options

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examiners, "Examiner", FakeExaminer)
    monkeypatch.setattr(servers, "Asked", FakeAsked)
    monkeypatch.setattr(FakeExaminer, "made", [])
    monkeypatch.setattr(FakeExaminer, "fails", None)
    monkeypatch.setattr(FakeAsked, "starts", [])
    monkeypatch.setattr(FakeAsked, "at", "")


def graded(engine: Engine, *submissions: Submission) -> list[Any]:
    engine.begin(submissions)
    return list(engine.grade(submissions))


def test_one_submission_is_graded_warm() -> None:
    """A server is started where that was wished."""
    for warmth in ("start", "use"):
        with Engine(GradeOptions(seed=3), warmth) as engine:  # type: ignore[arg-type]
            assert graded(engine, ONE) == [("warm", "one", GradeOptions(seed=3))]

    assert FakeAsked.starts == [True, False]
    assert FakeExaminer.made == []


@pytest.mark.parametrize("submissions", [(ONE,), (ONE, TWO)])
def test_cold_asks_no_server(submissions: tuple[Submission, ...]) -> None:
    """Nor does a batch, which has a seed of its own for all."""
    with Engine(GradeOptions(), "cold" if len(submissions) == 1 else "start") as engine:
        assert [each[0] for each in graded(engine, *submissions)] == ["cold"] * len(submissions)

    assert FakeAsked.starts == []
    assert FakeExaminer.made[0].closed


@pytest.mark.parametrize("at", ["asking", "waiting"])
def test_a_server_that_fails_is_done_without(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever it fails; nothing is said about it."""
    monkeypatch.setattr(FakeAsked, "at", at)

    with Engine(GradeOptions(), "start") as engine:
        assert [each[0] for each in graded(engine, ONE)] == ["cold"]


def test_what_is_wrong_with_an_exercise_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the server it would be wrong too."""
    monkeypatch.setattr(FakeAsked, "at", "waiting")
    monkeypatch.setattr(FakeAsked, "error", ContentError("broken", "坏了"))

    with Engine(GradeOptions(), "start") as engine, pytest.raises(ContentError):
        graded(engine, ONE)
    assert FakeExaminer.made == []


def test_grading_again_has_options_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examiner that was loaded once serves again, until it fails: the next time has a new one."""
    with Engine(GradeOptions(), "cold") as engine:
        assert engine.grade_again(ONE, GradeOptions(timing=False))[2].timing is False
        assert engine.grade_again(TWO, GradeOptions(timing=True))[2].timing is True
        assert len(FakeExaminer.made) == 1

        monkeypatch.setattr(FakeExaminer, "fails", GraderError("no"))
        with pytest.raises(GraderError):
            engine.grade_again(ONE, GradeOptions())
        assert FakeExaminer.made[0].closed
        monkeypatch.setattr(FakeExaminer, "fails", None)
        assert engine.grade_again(ONE, GradeOptions())[0] == "cold"
        assert len(FakeExaminer.made) == 2
