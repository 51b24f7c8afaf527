"""What may be asked of a grading, and what is told while it goes on."""

from __future__ import annotations

import msgspec

from grader.model import Tier


class GradeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. Whatever is left out becomes *not graded*, never failed."""

    seed: int | None = None  # one is drawn where none is given
    visible_only: bool = False
    parts: tuple[str, ...] = ()  # empty: all
    timing: bool = True
    full: bool = False
    diagnosis: bool = True  # False: outcomes only, no mistake is named
    require_tier: Tier | None = None
    budget_scale: float = 1.0  # the audit moves time and memory budgets to prove their margins


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a grading has come: `done` of `total` checks; `stage` is a check's id, "import" or "diagnosis"."""

    submission: int
    done: int
    total: int
    stage: str
