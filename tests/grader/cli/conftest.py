"""The command line with a fake examiner behind it: what it was asked, and reports made up for each submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

import msgspec
import pytest

from grader.cli.main import main
from grader.examiner import client
from grader.examiner.client import GradeOptions, Progress
from grader.model import (
    Environment,
    Isolation,
    Part,
    Report,
    Submission,
    Text,
    Tier,
    Verdict,
)


class Done(msgspec.Struct):
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str


Cli = Callable[..., Done]


@pytest.fixture(autouse=True)
def own_data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins without a history."""
    monkeypatch.setenv("GRADER_DATA_DIR", str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the command line in this process."""

    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert isinstance(caught.value.code, int)
        out, err = capsys.readouterr()
        return Done(caught.value.code, out, err)

    return run


def report_on(submission: Submission, verdict: Verdict = Verdict.ACCEPTED) -> Report:
    """A report as short as one can be."""
    return Report(
        exercise=submission.exercise,
        exercise_version="0",
        exercise_title=Text(en="Self-attention", zh="自注意力"),
        parts=(Part(id="attention", title=Text(en="Attention", zh="注意力")),),
        followups=(),
        submission_name=submission.name,
        submission_sha256=submission.sha256,
        verdict=verdict,
        score=100.0 if verdict is Verdict.ACCEPTED else 40.0,
        max_score=100.0,
        checks=(),
        diagnoses=(),
        timing=(),
        isolation=Isolation(tier=Tier.A, layers=("seccomp",)),
        environment=Environment(grader="0", python="3", platform="p", cpu="c", cores=1, libraries={}),
        seed=7,
        stages=(),
        started_at="2026-01-01T00:00:00Z",
        wall_s=0.1,
    )


@pytest.fixture
def made_report() -> Callable[..., Report]:
    """A report on an exercise, with a verdict."""

    def make(exercise: str = "self_attention", verdict: Verdict = Verdict.WRONG_ANSWER) -> Report:
        return report_on(Submission(exercise=exercise, name="a.py", source=b""), verdict)

    return make


class FakeExaminer:
    """Answers from a script instead of grading."""

    options: GradeOptions
    script: Sequence[Verdict | BaseException] = ()
    asked: Sequence[Submission] = ()
    closed = False

    def __init__(self, *, options: GradeOptions) -> None:
        type(self).options = options

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        type(self).closed = True

    def start(self, slugs: Sequence[str]) -> None:
        assert slugs

    def grade(
        self, submissions: Sequence[Submission], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[Report]:
        type(self).asked = submissions
        for number, submission in enumerate(submissions):
            if on_progress is not None:
                on_progress(Progress(submission=number, done=0, total=0, stage="import"))
            answer = self.script[number] if number < len(self.script) else Verdict.ACCEPTED
            if isinstance(answer, BaseException):
                raise answer
            yield report_on(submission, answer)


@pytest.fixture
def examiner(monkeypatch: pytest.MonkeyPatch) -> type[FakeExaminer]:
    """Put the fake in the examiner's place; write its `script` to decide what it answers."""
    fake = type("Fake", (FakeExaminer,), {})
    monkeypatch.setattr(client, "Examiner", fake)
    return fake


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with submissions of two people."""
    for name in ("ada", "ben"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "self_attention.py").write_text(f"# {name}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path
