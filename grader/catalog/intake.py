"""Take submissions in: path arguments become `Submission`s, bytes that no later change of the file can touch.

A file is opened once, without following a link and without waiting on a pipe, must be a regular file of sane size, and
is read once. Nothing of what was read is parsed here: a broken, binary or hostile source is a matter for the worker.
Of a notebook, the code cells are taken out as text, and nothing more.
One file that cannot be had does not cost the others: it is listed as refused, with its sentence.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from grader.catalog.find import near, require, slugs
from grader.catalog.notebook import SIZE_CAP_BYTES as NOTEBOOK_CAP_BYTES
from grader.catalog.notebook import SUFFIX as NOTEBOOK
from grader.catalog.notebook import source_of_notebook
from grader.catalog.reading import SIZE_CAP_BYTES, read_regular
from grader.config import Content
from grader.errors import SubmissionError, UsageError
from grader.i18n import say
from grader.model import Submission, Text

ANSWERS = "answers.md"


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed in, and what could not be taken. Both in the order of the arguments."""

    submissions: tuple[Submission, ...]
    refused: tuple[UsageError, ...]


def take_in(paths: Sequence[str | Path], exercise: str | None = None, where: Content | None = None) -> Intake:
    """Read the submissions that the paths name.

    Args:
        paths: files, or folders: a folder is its `<slug>.py` and `<slug>.ipynb` files and those one level down.
        exercise: the exercise of every file, whatever the files are called; of a folder, only its files are taken.
        where: other content than the grader's own.

    Raises:
        UnknownExerciseError: there is no exercise of the name given.
    """
    known = slugs(where) if exercise is None else (require(exercise, where),)
    submissions: list[Submission] = []
    refused: list[UsageError] = []
    seen: set[str] = set()
    for path in paths:
        try:
            files = _files(Path(path), known, exercise)
        except UsageError as error:
            refused.append(_on_one_line(error))
            continue
        for file in files:
            absolute = os.path.abspath(file)
            if absolute in seen:
                continue
            seen.add(absolute)
            try:
                submissions.append(_submission(file, exercise, where))
            except UsageError as error:
                refused.append(_on_one_line(error))
    return Intake(submissions=tuple(submissions), refused=tuple(refused))


def _files(path: Path, known: tuple[str, ...], exercise: str | None) -> list[Path]:
    """The files of one argument. A folder that the owner names may be a link; inside it no link is followed."""
    if not path.is_dir():
        return [path]
    try:
        found = list(_in_folder(path, known))
    except OSError as error:
        raise _refusal(say("{path} cannot be read: {reason}.", path=_shown(path), reason=error.strerror)) from None
    if found:
        return found
    names = ", ".join(f"{slug}.py" for slug in known) or "-"
    if exercise is not None:
        raise _refusal(say("{path} holds no {names}, nor does a folder in it.", path=_shown(path), names=names))
    raise _refusal(
        say("{path} holds no submission, nor does a folder in it. Wanted: {names}.", path=_shown(path), names=names)
    )


def _in_folder(folder: Path, known: tuple[str, ...]) -> Iterator[Path]:
    """Files named after exercises, here first, then one level down, by name.

    Links are yielded, to be refused by name when opened.
    """
    wanted = {f"{slug}{suffix}" for slug in known for suffix in (".py", NOTEBOOK)}
    below: list[Path] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.name in wanted:
                yield Path(folder, entry.name)
            elif entry.is_dir() and not entry.name.startswith("."):
                below.append(Path(folder, entry.name))
    for each in below:
        for name in sorted(wanted):
            if os.path.lexists(each / name):
                yield each / name


def _submission(file: Path, exercise: str | None, where: Content | None) -> Submission:
    slug = exercise if exercise is not None else _slug_of(file, where)
    source = _source(file)
    answers = file.with_name(ANSWERS)
    return Submission(
        exercise=slug,
        name=_shown(file),
        source=source,
        answers=read_regular(answers) if os.path.lexists(answers) else None,
    )


def _source(file: Path) -> bytes:
    if file.suffix != NOTEBOOK:
        return read_regular(file)
    source = source_of_notebook(read_regular(file, NOTEBOOK_CAP_BYTES), _shown(file))
    if len(source) > SIZE_CAP_BYTES:
        cap = f"{SIZE_CAP_BYTES / 1e6:g}"
        raise _refusal(say("The code cells of {path} are larger than {cap} MB.", path=_shown(file), cap=cap))
    return source


def _slug_of(file: Path, where: Content | None) -> str:
    """The exercise that a file is named after. A path that is not there is said first: it is the likelier slip."""
    if not os.path.lexists(file):
        raise _refusal(say("{path} does not exist.", path=_shown(file)))
    known = slugs(where)
    names: list[str] = []
    if file.suffix in (".py", NOTEBOOK):
        if file.stem in known:
            return file.stem
        names = near(file.stem, known)
    if names:
        raise _refusal(
            say(
                "{path} is not named after an exercise. Did you mean {names}? Rename it, or say which with --exercise.",
                path=_shown(file),
                names=", ".join(names),
            )
        )
    raise _refusal(
        say(
            "{path} is not named after an exercise. Say with --exercise which one it is: {names}.",
            path=_shown(file),
            names=", ".join(known) or "-",
        )
    )


def _shown(path: Path) -> str:
    """A path as text that every writer can encode, however strange its bytes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _on_one_line(error: UsageError) -> UsageError:
    """A refusal that stays one sentence, whatever the names in it are made of."""
    return type(error).of(Text(en=_printable(error.text.en), zh=_printable(error.text.zh)))


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _refusal(text: Text) -> SubmissionError:
    return SubmissionError(text.en, text.zh)
