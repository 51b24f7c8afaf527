"""The same submission again and again, with other seeds and on a busy machine: verdict and score must not change."""

from __future__ import annotations

import collections
import contextlib
from pathlib import Path
from typing import Any

from bench.busy import busy_cores
from grader.catalog.load import load
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Exercise, Submission

OF_REFERENCE = 20
OF_MISTAKE = 5
OF_TRAINED_MISTAKE = 3


def repeat(slug: str) -> dict[str, Any]:
    """Figures: gradings made, and what did not come out the same every time. Every second round is on busy cores."""
    exercise = load(slug)
    seen: dict[str, collections.Counter[tuple[str, float]]] = {}
    count = 0
    for number in range(OF_REFERENCE):
        crowd = busy_cores() if number % 2 else contextlib.nullcontext()
        with crowd, Examiner(options=GradeOptions(seed=number, timing=False, diagnosis=False)) as examiner:
            for report in examiner.grade(_due(exercise, number)):
                count += 1
                what = (report.verdict.value, report.score)
                seen.setdefault(report.submission_name, collections.Counter())[what] += 1
    changed = {name: [[*what, times] for what, times in of.items()] for name, of in seen.items() if len(of) > 1}
    return {"gradings": count, "submissions": len(seen), "changed": changed}


def _due(exercise: Exercise, number: int) -> list[Submission]:
    answers_path = exercise.solutions / "answers.md"
    answers = answers_path.read_bytes() if answers_path.exists() else None
    trains = {each.name for each in exercise.functions if not each.replay}
    files: list[tuple[str, Path]] = [("reference", exercise.reference)]
    if number < (OF_TRAINED_MISTAKE if trains else OF_MISTAKE):
        files += [(each.id, each.path) for each in exercise.mistakes]
    made = []
    for name, path in files:
        if path.suffix == ".py":
            made.append(Submission(exercise=exercise.slug, name=name, source=path.read_bytes(), answers=answers))
        else:
            source = exercise.reference.read_bytes()
            made.append(Submission(exercise=exercise.slug, name=name, source=source, answers=path.read_bytes()))
    return made
