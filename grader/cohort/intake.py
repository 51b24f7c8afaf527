"""Read a folder of submissions: one entry after the other, in memory one file or one archive at a time.

A candidate is a folder, an archive, or a file whose name starts with the candidate's. What cannot be taken becomes a
problem with its sentence, and the next one is looked at; no link is followed, nothing is parsed but notebooks. The
order is that of names, so that the same folder always reads the same. This module must not know what a gradebook is
beyond the records that it is handed.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.catalog.reading import SIZE_CAP_BYTES, read_regular
from grader.cohort import archive
from grader.cohort.files import Item, below, moment, reading, scan, shown, source_of
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
from grader.report.sanitize import clean_line

ATTEMPTS = 20  # at one exercise in one hand-in; whoever has more of them is guessing
_SENTENCE = 2_000  # characters
# What lies about beside submissions and is none: lists, notes, our own reports.
_BYSTANDERS = (".csv", ".tsv", ".md", ".toml", ".json", ".html", ".xlsx", ".pdf", ".log", ".sqlite")


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
        for entry in scan(self._folder):
            if passed_over(entry.name) or _identity(self._folder / entry.name) in self._left_out:
                continue
            try:
                yield from self._one(entry)
            except UsageError as error:
                yield _problem(shown(entry.name), "", error.text)
            except OSError as error:
                yield _problem(shown(entry.name), "", _unreadable(entry.name, error))

    def notes(self) -> list[Text]:
        """What the person should know about names, once everything was read."""
        found = []
        for candidate, entries in self._names.items():
            if len(entries) > 1 and any(not name.lower().endswith(SUFFIXES) for name in entries):
                names = ", ".join(entries[:5])
                text = say("{names} were taken as one candidate, {candidate}.", names=names, candidate=candidate)
                found.append(_on_one_line(text))
        for group in lookalikes(self._names):
            names = ", ".join(f"{name} ({ascii(name)[1:-1]})" if not name.isascii() else name for name in group)
            text = say("These candidates' names look alike; they were kept apart: {names}.", names=names)
            found.append(_on_one_line(text))
        return found

    # ---- one entry of the folder -----------------------------------------------------------------------------------

    def _one(self, entry: os.DirEntry[str]) -> Iterator[Entry | Problem]:
        path = self._folder / entry.name
        label = shown(entry.name)
        if entry.is_symlink():
            yield _problem(label, "", say("{path} is a symbolic link; it was left out.", path=label))
        elif entry.is_dir():
            yield from self._folder_of(path, label)
        elif path.suffix.lower() == ARCHIVE:
            yield from self._archive(path, label)
        elif path.suffix.lower() in SUFFIXES:
            yield from self._file(path, label)
        elif path.suffix.lower() not in _BYSTANDERS:
            text = say("{path} is not a submission: wanted are folders, .py, .ipynb and .zip files.", path=label)
            yield _problem(label, "", text)

    def _folder_of(self, path: Path, label: str) -> Iterator[Entry | Problem]:
        candidate = self._candidate(label, label)
        try:
            items = list(below(path, label))
        except UsageError as error:
            yield _problem(label, candidate, error.text)
        except OSError as error:
            yield _problem(label, candidate, _unreadable(label, error))
        else:
            yield from self._pick(items, candidate, label, 1)

    def _archive(self, path: Path, label: str) -> Iterator[Entry | Problem]:
        before, ordinal = self._reader.archive(shown(path.stem))
        candidate = self._candidate(before, label)
        try:
            content = read_regular(path, archive.CAP_BYTES)
            mtime_s = path.stat().st_mtime
            members = archive.members(content, label)
            items = [Item(parts, read, mtime_s) for parts, read in members if not any(map(passed_over, parts))]
        except UsageError as error:
            yield _problem(label, candidate, _relative(error, path, label))
            return
        yield from self._pick(items, candidate, label, ordinal)

    def _file(self, path: Path, label: str) -> Iterator[Entry | Problem]:
        name = self._reader.read(shown(path.stem))
        if name is None or not name.candidate:
            wanted = ", ".join(f"{slug}.py" for slug in self._reader.wanted[:8])
            text = say(
                "{path} does not say whose it is and of which exercise. Put it into a folder named after the candidate,"
                " with one of these names: {names}.",
                path=label,
                names=wanted,
            )
            yield _problem(label, "", text)
            return
        candidate = self._candidate(name.candidate, label)
        item = Item((label,), reading(path), path.lstat().st_mtime)
        beside = path.with_name(_answers_beside(path.name, name.candidate))
        answers = Item((ANSWERS,), reading(beside), 0.0) if os.path.lexists(beside) else None
        yield self._entry(item, answers, candidate, name.exercise, name.ordinal, label)

    # ---- what of it is a submission --------------------------------------------------------------------------------

    def _pick(self, items: Sequence[Item], candidate: str, label: str, ordinal: int) -> Iterator[Entry | Problem]:
        """The submissions among a candidate's files; of too many attempts at an exercise, none."""
        items = sorted(items, key=lambda item: item.parts)
        answers = {item.parts[:-1]: item for item in items if item.parts[-1].lower() == ANSWERS}
        found = list(self._submissions(items))
        tries = Counter(exercise for _, exercise, _ in found)
        for exercise, count in tries.items():
            if count > ATTEMPTS:
                text = say(
                    "{path} holds {count} attempts at {exercise}; at most {most} are taken from one hand-in,"
                    " so none was. Hand in the ones that are meant.",
                    path=label,
                    count=count,
                    exercise=exercise,
                    most=ATTEMPTS,
                )
                yield _problem(f"{label}/{exercise}", candidate, text)
        for item, exercise, number in found:
            if tries[exercise] > ATTEMPTS:
                continue
            where = next((n for part in item.parts[:-1] if (n := attempt_folder(part)) is not None), None)
            path = f"{label}/{'/'.join(map(shown, item.parts))}"
            beside = next((answers[at] for at in _up(item.parts[:-1]) if at in answers), None)
            yield self._entry(item, beside, candidate, exercise, max(ordinal, where or 1, number), path)
        if not found:
            wanted = ", ".join(f"{slug}.py" for slug in self._reader.wanted[:8])
            text = say("{path} holds no submission. Wanted: {names}.", path=label, names=wanted)
            yield _problem(label, candidate, text)

    def _submissions(self, items: Sequence[Item]) -> Iterator[tuple[Item, str, int]]:
        code = [item for item in items if Path(item.parts[-1]).suffix.lower() in SUFFIXES]
        named = [(item, name) for item in code if (name := self._reader.read(shown(Path(item.parts[-1]).stem)))]
        free = {name.candidate for _, name in named if name.free}
        if len(free) > 1 or len(free) < len({name.candidate for _, name in named}):
            named = [(item, name) for item, name in named if not name.free]  # who knows which of them it is
        exact = {(item.parts[:-1], name.exercise) for item, name in named if not name.candidate}
        for item, name in named:
            before = name.candidate.lower()
            if not before or (before != "test" and (item.parts[:-1], name.exercise) not in exact):
                yield item, name.exercise, name.ordinal

    def _entry(
        self, item: Item, answers: Item | None, candidate: str, exercise: str, ordinal: int, label: str
    ) -> Entry | Problem:
        try:
            submission = Submission(
                exercise=exercise,
                name=label,
                source=source_of(item, label),
                answers=answers.read(SIZE_CAP_BYTES) if answers is not None else None,
            )
        except UsageError as error:
            return _problem(label, candidate, _relative(error, self._folder / label, label))
        return Entry(candidate=candidate, ordinal=ordinal, submitted_at=moment(item.mtime_s), submission=submission)

    def _candidate(self, name: str, entry: str) -> str:
        candidate = candidate_name(name) or name
        self._names.setdefault(candidate, []).append(entry)
        return candidate


def _up(folder: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A folder and those above it, nearest first."""
    for length in range(len(folder), -1, -1):
        yield folder[:length]


def _answers_beside(file: str, candidate: str) -> str:
    """`ada.self_attention.py` -> `ada.answers.md`."""
    return file[: len(candidate) + 1] + ANSWERS


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is, whatever it is called; None where nothing is there to be looked at."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_dev, info.st_ino


def _problem(label: str, candidate: str, text: Text) -> Problem:
    return Problem(label=label, candidate=candidate, text=_on_one_line(text))


def _on_one_line(text: Text) -> Text:
    """A sentence that stays one, whatever the names in it are made of."""
    return Text(en=clean_line(text.en, limit=_SENTENCE), zh=clean_line(text.zh, limit=_SENTENCE))


def _relative(error: UsageError, path: Path, label: str) -> Text:
    """The sentence of a refusal with the label where it has the whole path."""
    whole = shown(str(path))
    return Text(en=error.text.en.replace(whole, label), zh=error.text.zh.replace(whole, label))


def _unreadable(name: str, error: OSError) -> Text:
    return say("{path} cannot be read: {reason}.", path=shown(name), reason=error.strerror or type(error).__name__)


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder of that name that can be listed."""
    try:
        return stat.S_ISDIR(path.stat().st_mode) and os.access(path, os.R_OK | os.X_OK)
    except OSError:
        return False
