"""What all proofs share: grade sources of one exercise in one examiner, and write the figures down."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from grader.examiner.client import Examiner, GradeOptions
from grader.model import Report, Submission

BUILD = Path(__file__).resolve().parents[2] / "build" / "proofs"
SEED = 20_240_229


def graded(
    slug: str, sources: Iterable[tuple[str, bytes, bytes | None]], *, diagnosis: bool, seed: int = SEED
) -> Iterator[Report]:
    """Grade (name, module, answers) one after the other, all with one seed and without timing."""
    options = GradeOptions(seed=seed, timing=False, diagnosis=diagnosis)
    with Examiner(options=options) as examiner:
        for name, source, answers in sources:
            yield from examiner.grade([Submission(exercise=slug, name=name, source=source, answers=answers)])


def written(name: str, slug: str, figures: dict[str, Any]) -> Path:
    """Keep the figures of one proof of one exercise."""
    BUILD.mkdir(parents=True, exist_ok=True)
    path = BUILD / f"{slug}.{name}.json"
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(partial, path)
    return path


def read(name: str, slug: str) -> dict[str, Any] | None:
    """The figures, or None where the proof has not been run."""
    path = BUILD / f"{slug}.{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
