"""Judges one timed check of one file as the exam does: two jailed workers, the kernel's clock, the judge."""

from __future__ import annotations

import ast
import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from bench.fairness import Case, Judgement, Judging
from grader.catalog.find import slugs
from grader.catalog.load import load
from grader.exam.memo import ReferenceSeat
from grader.exam.program import Program
from grader.exam.room import Room, open_room
from grader.exam.seat import Seat
from grader.exam.supply import Supply
from grader.model import CheckKind, Exercise
from grader.sandbox import Zygote, start_zygote

REFERENCE = "reference"


class ExamJudging:
    """The real thing, for exercises that share their libraries."""

    def __init__(self, exercises: list[Exercise], room: Room, zygote: Zygote) -> None:
        self._exercises = {each.slug: each for each in exercises}
        self._room = room
        self._supplies = {each.slug: Supply(zygote, each.budget) for each in exercises}

    def timed_checks(self) -> list[tuple[str, str]]:
        return [
            (slug, check.id)
            for slug in self._exercises
            for check in self._room.checks(slug)
            if check.kind is CheckKind.TIME
        ]

    def accepted(self, exercise: str) -> list[str]:
        variants = [
            each for each in self._exercises[exercise].accepted if each.path.suffix == ".py"
        ]  # no answer sheets
        return [REFERENCE, *(f"accepted/{each.id}" for each in variants)]

    def slow_mistakes(self, exercise: str, check: str) -> list[str]:
        return [f"mistakes/{each.id}" for each in self._exercises[exercise].mistakes if check in each.breaks]

    def version(self, exercise: str, check: str, name: str) -> str:
        content = self._exercises[exercise]
        budget = content.time_budgets[check]
        digest = hashlib.sha256(f"{budget}\0{_test_source(content, check)}\0".encode())
        for path in (content.support_file, content.reference, self._path(exercise, name)):
            digest.update(_code(path))
        return digest.hexdigest()[:16]

    def judge(self, case: Case) -> Judgement:
        """Judge once.

        Raises:
            RuntimeError: the submission fails the check for another reason than its time.
        """
        exercise = self._exercises[case.exercise]
        check = next(each for each in self._room.checks(case.exercise) if each.id == case.check)
        supply = self._supplies[case.exercise]
        candidate = Seat(Program(exercise, self._path(case.exercise, case.submission).read_bytes()), supply)
        reference = Seat(Program(exercise, exercise.reference.read_bytes()), supply)
        start_s = time.monotonic()
        try:
            sat = self._room.sit(check, candidate, ReferenceSeat(reference), secrets.randbits(48))
        finally:
            candidate.leave()
            reference.leave()
        if sat.timing is None:
            raise RuntimeError(f"{case.submission} was not timed on {case.check}: {sat.outcome}: {sat.message.en}")
        return Judgement(
            case=case,
            busy=False,
            verdict=sat.timing.verdict,
            ratio=sat.timing.ratio,
            budget=sat.timing.budget,
            repeats=sat.timing.repeats,
            wall_s=time.monotonic() - start_s,
        )

    def close(self) -> None:
        for each in self._supplies.values():
            each.close()

    def _path(self, slug: str, name: str) -> Path:
        exercise = self._exercises[slug]
        return exercise.reference if name == REFERENCE else exercise.solutions / f"{name}.py"


def _code(path: Path) -> bytes:
    """A digest of what a file does: its comments, and the titles of a mistake, cost no time."""
    tree = ast.parse(path.read_bytes()) if path.exists() else ast.Module([], [])
    return hashlib.sha256(ast.dump(tree).encode()).digest()


def _test_source(exercise: Exercise, check: str) -> str:
    """The source of a hidden test with everything in its file but the other tests."""
    for path in sorted(exercise.hidden.glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
        if f"test_{check}" in names:
            others = {name for name in names if name.startswith("test_")} - {f"test_{check}"}
            kept = [each for each in tree.body if not (isinstance(each, ast.FunctionDef) and each.name in others)]
            return ast.dump(ast.Module(kept, []))
    raise RuntimeError(f"{exercise.slug} has no hidden test of {check}")


def with_judging(body: Callable[[Judging], None]) -> None:
    """Collect the tests of each group of exercises that share their libraries, and judge in there."""
    groups: dict[tuple[str, ...], list[Exercise]] = {}
    for slug in slugs():
        exercise = load(slug)
        if exercise.time_budgets:
            groups.setdefault(exercise.libraries, []).append(exercise)
    for libraries, exercises in groups.items():
        with start_zygote(libraries) as zygote:

            def judged(room: Room, exercises: list[Exercise] = exercises, zygote: Zygote = zygote) -> None:
                judging = ExamJudging(exercises, room, zygote)
                try:
                    body(judging)
                finally:
                    judging.close()

            open_room(exercises, judged)
