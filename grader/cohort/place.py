"""Where a cohort's files lie: the gradebook, and the report made from it, under one folder."""

from __future__ import annotations

import os
from pathlib import Path

from grader.gradebook.connection import lock_file

DEFAULT_OUT = Path("grades")
_GRADEBOOK = "gradebook.sqlite"
_REPORT = "report"


def gradebook_file(out: Path = DEFAULT_OUT) -> Path:
    """The gradebook of an output folder."""
    return out / _GRADEBOOK


def files_of(gradebook: Path) -> list[Path]:
    """A gradebook and all that belongs to it, beside the name that was given and beside the one that it leads to."""
    found = []
    for path in dict.fromkeys((gradebook, Path(os.path.realpath(gradebook)))):
        beside = [path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm", "-journal")]
        found += [path, *beside, lock_file(path), report_folder(path)]
    return found


def report_folder(gradebook: Path) -> Path:
    """Where the report of a gradebook goes unless told otherwise. Everything in it can be made again."""
    return gradebook.parent / _REPORT
