"""A candidate's files, wherever they lie: in a folder, in an archive, alone. Each is read when it is asked for.

Names are untrusted text. Whose files they are, and which of them is a submission, is not known here.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from grader.catalog.notebook import SIZE_CAP_BYTES as NOTEBOOK_CAP_BYTES
from grader.catalog.notebook import source_of_notebook
from grader.catalog.reading import SIZE_CAP_BYTES, read_regular
from grader.cohort.names import passed_over
from grader.errors import UsageError
from grader.i18n import say

DEPTH = 4  # folders below a candidate's own
FILES = 1_000  # in a candidate's folder, all told


class Item(msgspec.Struct, frozen=True):
    """One file of a candidate's, wherever it lies."""

    parts: tuple[str, ...]  # below the candidate's folder or archive
    read: Callable[[int], bytes]  # at most so many bytes
    mtime_s: float


def scan(folder: Path) -> list[os.DirEntry[str]]:
    """The entries of a folder, by the bytes of their names."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda each: os.fsencode(each.name))


def below(folder: Path, label: str) -> Iterator[Item]:
    """All files of a candidate's folder, links among them (they are refused when they are to be read).

    Raises:
        UsageError: there are too many.
    """
    seen = 0
    waiting: list[tuple[Path, tuple[str, ...]]] = [(folder, ())]
    while waiting:
        at, above = waiting.pop()
        for entry in scan(at):
            seen += 1
            if seen > FILES:
                text = say(
                    "{path} holds more than {most} files. Hand in the submission without what belongs elsewhere.",
                    path=label,
                    most=FILES,
                )
                raise UsageError.of(text)
            if passed_over(entry.name):
                continue
            parts = (*above, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if len(parts) <= DEPTH:
                    waiting.append((at / entry.name, parts))
            else:
                yield Item(parts, reading(at / entry.name), entry.stat(follow_symlinks=False).st_mtime)


def reading(path: Path) -> Callable[[int], bytes]:
    """What reads a file later, at most so many bytes of it."""
    return lambda cap_bytes: read_regular(path, cap_bytes)


def source_of(item: Item, label: str) -> bytes:
    """The source that a file is, or that a notebook's code cells make up.

    Raises:
        UsageError: it cannot be read, or is too large.
    """
    if not item.parts[-1].lower().endswith(".ipynb"):
        return item.read(SIZE_CAP_BYTES)
    source = source_of_notebook(item.read(NOTEBOOK_CAP_BYTES), label)
    if len(source) > SIZE_CAP_BYTES:
        text = say("The code cells of {path} are larger than {cap} MB.", path=label, cap=f"{SIZE_CAP_BYTES / 1e6:g}")
        raise UsageError.of(text)
    return source


def moment(mtime_s: float) -> str:
    """A file's time, ISO 8601, UTC. Clocks may have been anywhere."""
    try:
        at = datetime.datetime.fromtimestamp(mtime_s, datetime.UTC)
    except (OverflowError, OSError, ValueError):
        at = datetime.datetime.fromtimestamp(0, datetime.UTC)
    return at.isoformat(timespec="seconds")


def shown(name: str) -> str:
    """A name as text that every writer can encode, however strange its bytes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
