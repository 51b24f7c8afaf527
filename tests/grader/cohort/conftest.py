"""Cohorts of the tiny exercise: its content as the grader's own, submissions, an engine made up by the test."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from grader import config
from grader.config import Content
from grader.gradebook import Entry, Gradebook, Plan, Problem
from grader.model import (
    Check,
    CheckKind,
    CheckResult,
    Confidence,
    Diagnosis,
    Environment,
    Isolation,
    MistakeKind,
    Outcome,
    Part,
    Report,
    Submission,
    Text,
    Tier,
    Timing,
    TimingVerdict,
    verdict_of,
)


@pytest.fixture
def small_content(adder_content: Content, monkeypatch: pytest.MonkeyPatch) -> Content:
    """The tiny exercise is all that the grader has."""
    monkeypatch.setattr(config, "content", lambda: adder_content)
    return adder_content


@pytest.fixture
def hand_in(tmp_path: Path, adder_reference: str) -> Callable[..., Path]:
    """Put a submission of `adder` into the folder: the reference, or the text given."""
    folder = tmp_path / "handed_in"
    folder.mkdir()

    def put(candidate: str, source: str | None = None, name: str = "adder.py") -> Path:
        path = folder / candidate / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(adder_reference if source is None else source, encoding="utf-8")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        return path

    return put


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    return tmp_path / "handed_in"


@pytest.fixture
def cohort_book(tmp_path: Path) -> Iterator[Gradebook]:
    (tmp_path / "grades").mkdir()
    with Gradebook.open(tmp_path / "grades" / "gradebook.sqlite", create=True) as book:
        yield book


# ---- cohorts that were never graded: for reports and exports ---------------------------------------------------------

HOSTILE_NAME = '=HYPERLINK("http://x")<script>alert(1)</script>\u202eevil\x1b[31m\x00]]>'
CHECKS = ("easy", "middle", "hard")


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """The maker of large cohorts, which the benchmark uses too."""
    file = Path(__file__).resolve().parents[3] / "bench" / "cohort.py"
    spec = importlib.util.spec_from_file_location("made_up_cohort", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def cohort_file(made_up: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook of forty people and two exercises."""
    file = tmp_path_factory.mktemp("forty") / "gradebook.sqlite"
    made_up.gradebook(file, 40, ("self_attention", "word2vec"))
    return file


class Classroom:
    """A gradebook whose every figure the test decides: an exercise with three checks of 10, 30 and 60 points."""

    def __init__(self, file: Path) -> None:
        self.book = Gradebook.open(file, create=True)
        self._entries: list[Entry] = []
        self._reports: dict[str, Report] = {}

    def hand_in(
        self,
        name: str,
        won: str = "easy middle hard",
        *,
        exercise: str = "adder",
        at: str = "2026-11-02T10:00:00+00:00",
        open_: str = "",
        mistakes: tuple[str, ...] = (),
        confidence: Confidence = Confidence.EXACT,
        ratio: float | None = None,
        source: str | None = None,
        output: str = "",
        ordinal: int = 1,
    ) -> None:
        """Note what somebody hands in, and what they get for it."""
        text = source if source is not None else f"# {name} {exercise} {ordinal} {len(self._entries)}"
        submission = Submission(exercise=exercise, name=f"{name}/{exercise}.{ordinal}.py", source=text.encode())
        self._entries.append(Entry(candidate=name, ordinal=ordinal, submitted_at=at, submission=submission))
        results = tuple(
            CheckResult(
                check=Check(
                    id=check,
                    title=Text(f"The {check} one", f"{check} 一项"),
                    part="first" if check == "easy" else "second",
                    function="add",
                    points=points,
                    visibility="visible" if check == "easy" else "hidden",
                    kind=CheckKind.VALUE,
                ),
                outcome=_outcome(check, won, open_),
                points=points if check in won.split() else 0.0,
                message=Text("secret inside", "里面有秘密"),
                traceback=f"File {name}/x.py" if check not in won.split() else "",
            )
            for check, points in zip(CHECKS, (10.0, 30.0, 60.0), strict=True)
        )
        judged = [each for each in results if each.outcome not in (Outcome.NEEDS_PERSON, Outcome.GRADER_FAULT)]
        self._reports[submission.sha256] = Report(
            exercise=exercise,
            exercise_version="v1",
            exercise_title=Text("Adding", "加法"),
            parts=(
                Part(id="first", title=Text("First", "第一部分")),
                Part(id="second", title=Text("Second", "第二部分")),
            ),
            followups=(),
            submission_name="",
            submission_sha256=submission.sha256,
            verdict=verdict_of(each.outcome for each in results),
            score=sum(each.points for each in judged),
            max_score=sum(each.check.points for each in judged),
            checks=results,
            diagnoses=tuple(
                Diagnosis(
                    function="add",
                    kind=MistakeKind.VALUE,
                    confidence=confidence,
                    mistakes=(mistake,) if mistake else (),
                    title=Text(f"Mistake {mistake}", f"错误 {mistake}"),
                    explanation=Text("why", "原因"),
                    checks=("hard",),
                )
                for mistake in mistakes
            ),
            timing=() if ratio is None else (_timing(ratio),),
            isolation=Isolation(tier=Tier.A, layers=()),
            environment=Environment(grader="1", python="3", platform="p", cpu="c", cores=1, libraries={}),
            seed=1,
            stages=(),
            started_at=f"2026-11-10T00:00:{len(self._entries) % 60:02}+00:00",
            wall_s=0.5,
            output=output,
        )

    def close_door(self, *, graded: bool = True, problems: Sequence[Problem] = ()) -> Gradebook:
        """The gradebook with everything in it, and what could not be taken in."""
        batch = self.book.begin("folder", 1, "{}")
        self.book.take_in(self._entries)
        self.book.close_intake(batch, problems)
        slugs = {each.submission.exercise for each in self._entries}
        self.book.want({slug: Plan(exercise=slug, version="v1", seed=1, environment="", options="") for slug in slugs})
        for due in self.book.due() if graded else ():
            self.book.record(due.key, self._reports[self.book.attempt(due.attempt_id).sha256])
        return self.book

    def fail_anew(self) -> Gradebook:
        """The exercises have changed, and the grader breaks on all of them."""
        slugs = {each.submission.exercise for each in self._entries}
        self.book.want({slug: Plan(exercise=slug, version="v2", seed=1, environment="", options="") for slug in slugs})
        for due in self.book.due():
            self.book.record_fault(due.key, Text("it broke", "坏了"))
        return self.book


def _outcome(check: str, won: str, open_: str) -> Outcome:
    if check in open_.split():
        return Outcome.NEEDS_PERSON
    return Outcome.PASSED if check in won.split() else Outcome.FAILED


def _timing(ratio: float) -> Timing:
    return Timing(
        check="hard",
        ratio=ratio,
        low=ratio * 0.9,
        high=ratio * 1.1,
        budget=3.0,
        verdict=TimingVerdict.OVER if ratio > 3 else TimingVerdict.WITHIN,
        repeats=9,
        candidate_cpu_s=0.01 * ratio,
        reference_cpu_s=0.01,
    )


@pytest.fixture
def classroom(tmp_path: Path) -> Iterator[Classroom]:
    """An empty one."""
    made = Classroom(tmp_path / "classroom.sqlite")
    yield made
    made.book.close()


@pytest.fixture(scope="session")
def hostile_name() -> str:
    """What a candidate could call a folder, and more."""
    return HOSTILE_NAME
