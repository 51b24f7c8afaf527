"""What `grader watch` makes of gradings as they come in: what a save changed, what is kept, what is asked again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.cli import watch as command
from grader.errors import GraderError
from grader.model import Check, CheckKind, CheckResult, Outcome, Report, Submission, Text
from grader.practice.history import History

PASSED, FAILED, LEFT_OUT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_GRADED


class Asked:
    """In the place of a grading: what was asked for."""

    def __init__(self, *_: object, **__: object) -> None:
        self.asked: list[tuple[Submission, bool]] = []

    def ask(self, submission: Submission, *, timing: bool) -> None:
        self.asked.append((submission, timing))

    def close(self) -> None:
        pass


class Watched:
    """A watch that a test tells what has happened."""

    def __init__(self, file: Path, made_report: Callable[..., Report], *, timing: bool = True) -> None:
        self.file = file
        self._made_report = made_report
        self.watch = command._Watch("self_attention", file, "en", History(), timing=timing, cold=True)
        self.grading: Any = self.watch._grading

    def save(self, source: str) -> None:
        self.file.write_text(source)
        self.watch._handle("saved", None)

    def graded(self, **outcomes: Outcome) -> None:
        """What was asked for last comes back."""
        submission, _ = self.grading.asked[-1]
        checks = tuple(result(name, outcome) for name, outcome in outcomes.items())
        report = msgspec.structs.replace(
            self._made_report(),
            checks=checks,
            score=sum(each.points for each in checks),
            submission_sha256=submission.sha256,
        )
        self.watch._handle("graded", (submission, report))

    def recorded(self) -> list[float]:
        """Scores of the attempts that are remembered, the first first."""
        with History() as history:
            return [each.score for each in reversed(history.attempts())]


def result(name: str, outcome: Outcome) -> CheckResult:
    check = Check(
        id=name,
        title=Text(en=f"Title {name}", zh=f"标题 {name}"),
        part="attention",
        function="f",
        points=10,
        visibility="hidden",
        kind=CheckKind.VALUE,
    )
    points = 10.0 if outcome is PASSED else 0.0
    return CheckResult(check=check, outcome=outcome, points=points, message=Text(en=name, zh=name))


@pytest.fixture
def watched(tmp_path: Path, made_report: Callable[..., Report], monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setattr(command, "Grading", Asked)
    return Watched(tmp_path / "self_attention.py", made_report)


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def test_times_that_come_later_belong_to_the_same_save(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """What the save changed stays on the screen when its times are there."""
    watched.save("wrong")
    watched.graded(a=FAILED, b=PASSED, t=LEFT_OUT)
    watched.save("right")
    watched.graded(a=PASSED, b=PASSED, t=LEFT_OUT)
    assert "Fixed: Title a." in last_line(capsys)
    assert watched.grading.asked[-1][1]

    watched.graded(a=PASSED, b=PASSED, t=PASSED)

    assert "Since the last save: +10 points. | Fixed: Title a." in last_line(capsys)
    watched.save("right too")
    watched.graded(a=PASSED, b=PASSED, t=LEFT_OUT)
    assert "Nothing changed since the last save." in last_line(capsys)


def test_the_first_grading_is_no_change(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was saved yet, however often it is graded."""
    watched.save("right")
    watched.graded(a=PASSED, t=LEFT_OUT)
    watched.graded(a=PASSED, t=PASSED)

    assert "last save" not in capsys.readouterr().out


def test_what_was_right_is_remembered_though_its_times_are_not_waited_for(watched: Watched) -> None:
    """A newer save comes, and then Ctrl-C while its times are taken."""
    watched.save("right")
    watched.graded(a=PASSED, t=LEFT_OUT)
    watched.save("wrong")
    watched.graded(a=FAILED, t=LEFT_OUT)
    assert watched.recorded() == [10, 0]


def test_ctrl_c_does_not_cost_what_was_right(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its times are being taken when it comes."""
    watched.file.write_text("right")

    def next_event() -> Any:
        watched.graded(a=PASSED, t=LEFT_OUT)
        raise KeyboardInterrupt

    monkeypatch.setattr(watched.watch, "_next", next_event)
    with pytest.raises(KeyboardInterrupt):
        watched.watch.run()

    assert watched.recorded() == [10]


def test_what_could_not_be_graded_is_graded_when_it_is_saved_again(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    """The very same: what failed was not its fault."""
    watched.save("x")
    watched.watch._handle("failed", (watched.grading.asked[0][0], GraderError("It died.")))
    assert "It died. | waiting for the next save" in last_line(capsys)

    watched.save("x")

    assert len(watched.grading.asked) == 2


def test_a_failure_of_an_older_save_is_not_said_of_a_newer_one(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    """It comes late, and concerns nobody any more."""
    watched.save("old")
    watched.save("new")
    capsys.readouterr()
    watched.watch._handle("failed", (watched.grading.asked[0][0], GraderError("It died.")))

    assert capsys.readouterr().out == ""
    watched.save("new")
    assert len(watched.grading.asked) == 2
