"""Read a folder of submissions: one entry after the other, in memory one file or one archive at a time.

A candidate is a folder, an archive, or a file whose name starts with the candidate's. What cannot be taken becomes a
problem with its sentence, and the next one is looked at; no link is followed, nothing is parsed but notebooks. The
order is that of names, so that the same folder always reads the same. This module must not know what a gradebook is
beyond the records that it is handed.
"""

from __future__ import annotations

import datetime
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from grader.catalog.notebook import SIZE_CAP_BYTES as NOTEBOOK_CAP_BYTES
from grader.catalog.notebook import source_of_notebook
from grader.catalog.reading import SIZE_CAP_BYTES, read_regular
from grader.cohort import archive
from grader.cohort.names import (
    ANSWERS,
    ARCHIVE,
    SUFFIXES,
    Reader,
    attempt_folder,
    candidate_name,
    lookalikes,
    passed_over,
)
from grader.errors import UsageError
from grader.gradebook import Entry, Problem
from grader.i18n import say
from grader.model import Submission, Text

DEPTH = 4  # folders below a candidate's own
FILES = 1_000  # in a candidate's folder, all told
# What lies about beside submissions and is none: lists, notes, our own reports.
_BYSTANDERS = (".csv", ".tsv", ".md", ".toml", ".json", ".html", ".xlsx", ".pdf", ".log", ".sqlite")


class _Item(msgspec.Struct, frozen=True):
    """One file of a candidate's, wherever it lies."""

    parts: tuple[str, ...]  # below the candidate's folder or archive
    read: Callable[[int], bytes]  # at most so many bytes
    mtime_s: float


class Intake:
    """One reading of a folder. Iterate over it once; what is noted is known afterwards."""

    def __init__(
        self, folder: Path, slugs: Sequence[str], *, exercise: str | None = None, leave_out: Iterable[Path] = ()
    ) -> None:
        """
        Args:
            exercise: the one of every file, whatever the files are called.
            leave_out: files and folders that are ours, should they lie in this one.
        """
        self._folder = folder
        self._reader = Reader(slugs, exercise)
        self._left_out = {_identity(each) for each in leave_out} - {None}
        self._names: dict[str, list[str]] = {}  # candidate -> entries of the folder

    def __iter__(self) -> Iterator[Entry | Problem]:
        for entry in _scan(self._folder):
            if passed_over(entry.name) or _identity(self._folder / entry.name) in self._left_out:
                continue
            try:
                yield from self._one(entry)
            except UsageError as error:
                yield Problem(label=_shown(entry.name), candidate="", text=error.text)
            except OSError as error:
                yield Problem(label=_shown(entry.name), candidate="", text=_unreadable(entry.name, error))

    def notes(self) -> list[Text]:
        """What the person should know about names, once everything was read."""
        found = []
        for candidate, entries in self._names.items():
            if len(entries) > 1 and any(not name.lower().endswith(SUFFIXES) for name in entries):
                names = ", ".join(entries[:5])
                found.append(say("{names} were taken as one candidate, {candidate}.", names=names, candidate=candidate))
        for group in lookalikes(self._names):
            names = ", ".join(f"{name} ({ascii(name)[1:-1]})" if not name.isascii() else name for name in group)
            found.append(say("These candidates' names look alike; they were kept apart: {names}.", names=names))
        return found

    # ---- one entry of the folder -----------------------------------------------------------------------------------

    def _one(self, entry: os.DirEntry[str]) -> Iterator[Entry | Problem]:
        path = self._folder / entry.name
        label = _shown(entry.name)
        if entry.is_symlink():
            yield Problem(
                label=label, candidate="", text=say("{path} is a symbolic link; it was left out.", path=label)
            )
        elif entry.is_dir():
            yield from self._folder_of(path, label)
        elif path.suffix.lower() == ARCHIVE:
            yield from self._archive(path, label)
        elif path.suffix.lower() in SUFFIXES:
            yield from self._file(path, label)
        elif path.suffix.lower() not in _BYSTANDERS:
            text = say("{path} is not a submission: wanted are folders, .py, .ipynb and .zip files.", path=label)
            yield Problem(label=label, candidate="", text=text)

    def _folder_of(self, path: Path, label: str) -> Iterator[Entry | Problem]:
        candidate = self._candidate(label, label)
        try:
            items = list(_below(path, label))
        except UsageError as error:
            yield Problem(label=label, candidate=candidate, text=error.text)
        except OSError as error:
            yield Problem(label=label, candidate=candidate, text=_unreadable(label, error))
        else:
            yield from self._pick(items, candidate, label, 1)

    def _archive(self, path: Path, label: str) -> Iterator[Entry | Problem]:
        before, ordinal = self._reader.archive(_shown(path.stem))
        candidate = self._candidate(before, label)
        try:
            content = read_regular(path, archive.CAP_BYTES)
            mtime_s = path.stat().st_mtime
            members = archive.members(content, label)
            items = [_Item(parts, read, mtime_s) for parts, read in members if not any(map(passed_over, parts))]
        except UsageError as error:
            yield Problem(label=label, candidate=candidate, text=_relative(error, path, label))
            return
        yield from self._pick(items, candidate, label, ordinal)

    def _file(self, path: Path, label: str) -> Iterator[Entry | Problem]:
        name = self._reader.read(_shown(path.stem))
        if name is None or not name.candidate:
            wanted = ", ".join(f"{slug}.py" for slug in self._reader.wanted[:8])
            text = say(
                "{path} does not say whose it is and of which exercise. Put it into a folder named after the candidate,"
                " with one of these names: {names}.",
                path=label,
                names=wanted,
            )
            yield Problem(label=label, candidate="", text=text)
            return
        candidate = self._candidate(name.candidate, label)
        item = _Item((label,), _read(path), path.lstat().st_mtime)
        beside = path.with_name(_answers_beside(path.name, name.candidate))
        answers = _Item((ANSWERS,), _read(beside), 0.0) if os.path.lexists(beside) else None
        yield self._entry(item, answers, candidate, name.exercise, name.ordinal, label)

    # ---- what of it is a submission --------------------------------------------------------------------------------

    def _pick(self, items: Sequence[_Item], candidate: str, label: str, ordinal: int) -> Iterator[Entry | Problem]:
        """The submissions among a candidate's files."""
        items = sorted(items, key=lambda item: item.parts)
        answers = {item.parts[:-1]: item for item in items if item.parts[-1].lower() == ANSWERS}
        taken = False
        for item, exercise, number in self._submissions(items):
            taken = True
            where = next((n for part in item.parts[:-1] if (n := attempt_folder(part)) is not None), None)
            path = f"{label}/{'/'.join(map(_shown, item.parts))}"
            beside = next((answers[at] for at in _up(item.parts[:-1]) if at in answers), None)
            yield self._entry(item, beside, candidate, exercise, max(ordinal, where or 1, number), path)
        if not taken:
            wanted = ", ".join(f"{slug}.py" for slug in self._reader.wanted[:8])
            text = say("{path} holds no submission. Wanted: {names}.", path=label, names=wanted)
            yield Problem(label=label, candidate=candidate, text=text)

    def _submissions(self, items: Sequence[_Item]) -> Iterator[tuple[_Item, str, int]]:
        code = [item for item in items if Path(item.parts[-1]).suffix.lower() in SUFFIXES]
        named = [(item, name) for item in code if (name := self._reader.read(_shown(Path(item.parts[-1]).stem)))]
        free = {name.candidate for _, name in named if name.free}
        if len(free) > 1 or len(free) < len({name.candidate for _, name in named}):
            named = [(item, name) for item, name in named if not name.free]  # who knows which of them it is
        exact = {(item.parts[:-1], name.exercise) for item, name in named if not name.candidate}
        for item, name in named:
            before = name.candidate.lower()
            if not before or (before != "test" and (item.parts[:-1], name.exercise) not in exact):
                yield item, name.exercise, name.ordinal

    def _entry(
        self, item: _Item, answers: _Item | None, candidate: str, exercise: str, ordinal: int, label: str
    ) -> Entry | Problem:
        try:
            submission = Submission(
                exercise=exercise,
                name=label,
                source=_source(item, label),
                answers=answers.read(SIZE_CAP_BYTES) if answers is not None else None,
            )
        except UsageError as error:
            return Problem(label=label, candidate=candidate, text=_relative(error, self._folder / label, label))
        return Entry(candidate=candidate, ordinal=ordinal, submitted_at=_moment(item.mtime_s), submission=submission)

    def _candidate(self, name: str, entry: str) -> str:
        candidate = candidate_name(name) or name
        self._names.setdefault(candidate, []).append(entry)
        return candidate


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda each: os.fsencode(each.name))


def _below(folder: Path, label: str) -> Iterator[_Item]:
    """All files of a candidate's folder, links among them (they are refused when they are to be read).

    Raises:
        UsageError: there are too many.
    """
    seen = 0
    waiting: list[tuple[Path, tuple[str, ...]]] = [(folder, ())]
    while waiting:
        at, above = waiting.pop()
        for entry in _scan(at):
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
            below = (*above, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if len(below) <= DEPTH:
                    waiting.append((at / entry.name, below))
            else:
                yield _Item(below, _read(at / entry.name), entry.stat(follow_symlinks=False).st_mtime)


def _read(path: Path) -> Callable[[int], bytes]:
    return lambda cap_bytes: read_regular(path, cap_bytes)


def _source(item: _Item, label: str) -> bytes:
    if not item.parts[-1].lower().endswith(".ipynb"):
        return item.read(SIZE_CAP_BYTES)
    source = source_of_notebook(item.read(NOTEBOOK_CAP_BYTES), label)
    if len(source) > SIZE_CAP_BYTES:
        text = say("The code cells of {path} are larger than {cap} MB.", path=label, cap=f"{SIZE_CAP_BYTES / 1e6:g}")
        raise UsageError.of(text)
    return source


def _up(folder: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A folder and those above it, nearest first."""
    for length in range(len(folder), -1, -1):
        yield folder[:length]


def _answers_beside(file: str, candidate: str) -> str:
    """`ada.self_attention.py` -> `ada.answers.md`."""
    return file[: len(candidate) + 1] + ANSWERS


def _moment(mtime_s: float) -> str:
    """A file's time, ISO 8601, UTC. Clocks may have been anywhere."""
    try:
        moment = datetime.datetime.fromtimestamp(mtime_s, datetime.UTC)
    except (OverflowError, OSError, ValueError):
        moment = datetime.datetime.fromtimestamp(0, datetime.UTC)
    return moment.isoformat(timespec="seconds")


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is, whatever it is called; None where nothing is there to be looked at."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_dev, info.st_ino


def _shown(name: str) -> str:
    """A name as text that every writer can encode, however strange its bytes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _relative(error: UsageError, path: Path, label: str) -> Text:
    """The sentence of a refusal with the label where it has the whole path."""
    whole = _shown(str(path))
    return Text(en=error.text.en.replace(whole, label), zh=error.text.zh.replace(whole, label))


def _unreadable(name: str, error: OSError) -> Text:
    return say("{path} cannot be read: {reason}.", path=_shown(name), reason=error.strerror or type(error).__name__)


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder of that name that can be listed."""
    try:
        return stat.S_ISDIR(path.stat().st_mode) and os.access(path, os.R_OK | os.X_OK)
    except OSError:
        return False
