"""A folder to work in: stub, task text in the reader's language, visible tests, support and data of one exercise.

What is there is never overwritten: it is the candidate's. `reset` moves it into a dated folder beside it first. Hidden
tests, hints and solutions stay where they are. This module must not know how the files are graded.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from grader.catalog.find import FILE_NAME
from grader.catalog.version import content_files
from grader.errors import UsageError
from grader.i18n import say
from grader.model import Exercise, Language, Text

README = "README.md"
_README = {"en": "README.md", "zh": "README.zh.md"}
# The first declares hints and answers, the others are the grader's own business.
_NOT_HANDED_OUT = {FILE_NAME, "models.py", *_README.values()}


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """What was laid out, and what was there before."""

    folder: Path
    created: tuple[Path, ...]  # relative to the folder
    kept: tuple[Path, ...]  # there already, and left as they were
    saved: Path | None  # where a reset put what was there


def lay_out(
    exercise: Exercise,
    folder: Path,
    language: Language,
    *,
    reset: bool = False,
    now: Callable[[], datetime.datetime] = datetime.datetime.now,
) -> Workspace:
    """Put the files of an exercise into a folder, each only where there is none.

    Args:
        language: of the task text, which is called README.md in either.
        reset: begin anew; files that were changed are moved to `before-<date>` first.

    Raises:
        UsageError: the folder cannot be made or written.
    """
    created: list[Path] = []
    kept: list[Path] = []
    changed: list[Path] = []
    saved: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        changed = _changed(exercise, folder, language) if reset else []
        if changed:
            saved = _fresh(folder, f"before-{now():%Y%m%d-%H%M%S}")
            _move(changed, folder, saved)
        for inner, source in _files(exercise, language):
            (created if _put(source.read_bytes(), folder / inner) else kept).append(inner)
    except OSError as error:
        if saved is not None:
            _put_back(changed, saved, folder, created, error)
        raise _refusal(folder, error) from error
    return Workspace(folder=folder, created=tuple(created), kept=tuple(kept), saved=saved)


def _files(exercise: Exercise, language: Language) -> Iterator[tuple[Path, Path]]:
    """Where a file goes, inside the workspace, and where it comes from. The stub first."""
    readme = exercise.folder / _README[language]
    yield Path(exercise.stub.name), exercise.stub
    yield Path(README), readme if readme.is_file() else exercise.folder / README
    for file in content_files(exercise.folder):
        inner = file.relative_to(exercise.folder)
        if file != exercise.stub and str(inner) not in _NOT_HANDED_OUT:
            yield inner, file


def _put(data: bytes, target: Path) -> bool:
    """Write a whole file where there is none, and tell whether it was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(target):
        return False
    descriptor, temporary = tempfile.mkstemp(prefix=".start-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, 0o644)
        try:
            os.link(temporary, target)  # fails where something has appeared meanwhile; a rename would replace it
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            _copy(data, target)
        return True
    finally:
        os.unlink(temporary)


def _copy(data: bytes, target: Path) -> None:
    with open(target, "xb") as stream:
        try:
            stream.write(data)
            stream.flush()
        except BaseException:  # half a file would be taken for the candidate's own the next time
            os.unlink(target)
            raise


def _changed(exercise: Exercise, folder: Path, language: Language) -> list[Path]:
    """Every file that is there and is not as it was handed out."""
    changed: list[Path] = []
    for inner, source in _files(exercise, language):
        target = folder / inner
        if not os.path.lexists(target):
            continue
        if target.is_file() and not target.is_symlink() and target.read_bytes() == source.read_bytes():
            continue
        changed.append(inner)
    return changed


def _move(files: Iterable[Path], source: Path, target: Path) -> None:
    for inner in files:
        (target / inner).parent.mkdir(parents=True, exist_ok=True)
        os.rename(source / inner, target / inner)


def _put_back(changed: Iterable[Path], saved: Path, folder: Path, created: Iterable[Path], why: OSError) -> None:
    """Undo a reset that came to nothing.

    Raises:
        UsageError: that did not work either; it says where the work is.
    """
    try:
        for inner in created:
            os.unlink(folder / inner)
        _move((inner for inner in changed if os.path.lexists(saved / inner)), saved, folder)
        for place, _, _ in os.walk(saved, topdown=False):
            os.rmdir(place)
    except OSError:
        reason = why.strerror or why
        text = say(
            "{folder} cannot be used: {reason}. What you had is in {saved}.", folder=folder, reason=reason, saved=saved
        )
        raise UsageError(text.en, text.zh) from why


def _fresh(folder: Path, name: str) -> Path:
    for ending in ("", *(f"-{number}" for number in range(2, 100))):
        with contextlib.suppress(FileExistsError):
            made = folder / f"{name}{ending}"
            made.mkdir()
            return made
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder / name))


def _refusal(folder: Path, error: OSError) -> UsageError:
    text: Text
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EROFS:
            text = say("You may not write to {folder}. Choose another one with --dir.", folder=folder)
        case errno.ENOSPC | errno.EDQUOT:
            text = say("The disk is full. Nothing of yours was changed in {folder}.", folder=folder)
        case errno.ENOTDIR | errno.EEXIST:
            text = say("{folder} is not a folder. Choose another one with --dir.", folder=error.filename or folder)
        case _:
            text = say("{folder} cannot be used: {reason}.", folder=folder, reason=error.strerror or error)
    return UsageError(text.en, text.zh)
