"""Where a cohort's files lie: the gradebook, and the report made from it, under one folder."""

from __future__ import annotations

from pathlib import Path

DEFAULT_OUT = Path("grades")
_GRADEBOOK = "gradebook.sqlite"
_REPORT = "report"


def gradebook_file(out: Path = DEFAULT_OUT) -> Path:
    """The gradebook of an output folder."""
    return out / _GRADEBOOK


def report_folder(gradebook: Path) -> Path:
    """Where the report of a gradebook goes unless told otherwise. Everything in it can be made again."""
    return gradebook.parent / _REPORT
