"""A check: one visible or hidden pytest test that a submission must satisfy."""

from __future__ import annotations

import enum
from typing import Literal

import msgspec

from grader.model.text import Text

Visibility = Literal["visible", "hidden"]


class CheckKind(enum.StrEnum):
    """What a check holds the submission to."""

    VALUE = "value"  # equal to the reference on secret inputs
    PROPERTY = "property"  # a law of the task, independent of the reference
    ROBUST = "robust"  # odd shapes, dtypes, layouts, edge cases
    TIME = "time"  # kernel CPU time as a ratio to the reference
    MEMORY = "memory"  # peak resident memory over the worker's baseline

    @property
    def is_measured(self) -> bool:
        """Whether it measures, in workers of its own; others compare what comes back."""
        return self in (CheckKind.TIME, CheckKind.MEMORY)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check as its author declares it."""

    id: str
    title: Text
    part: str
    function: str
    points: float
    visibility: Visibility
    kind: CheckKind
    needs: tuple[str, ...] = ()  # ids of checks that must pass first
    full: bool = False  # runs only with --full
    requires: tuple[str, ...] = ()  # pretrained models without which it is not graded; only with `full`
    budget: float | None = None  # time: ratio to the reference; memory: bytes over the baseline
