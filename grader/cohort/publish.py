"""Putting a site in place: all of it or nothing, and never over somebody's other files.

Pages go to a new folder beside the target, which then takes its place. Readers see the old site or the new one, and
for a moment between two renames neither; a full disk leaves the old one standing; no page of somebody who was forgotten
stays behind. What a writer leaves that was killed, `publish` clears up the next time: a site that was put aside comes
back, half a site goes. A folder that holds anything but a site of ours is neither replaced nor erased. This module must
not know what stands on the pages.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.errors import ReportError, UsageError
from grader.i18n import say

_MARK = ".grader-report"  # says that a folder is a site of ours, and may be replaced
_MODE = 0o755
# What a writer that was killed leaves behind, here and in `write`.
_HALVES = re.compile(r"\.report-(?:\w{8}){1,2}\.(?:part|old)")


def publish(folder: Path, pages: Iterable[tuple[str, str]]) -> int:
    """Write a site, and return the number of its pages.

    Args:
        folder: is made, or replaced where it holds nothing or an earlier site. Its parent must exist.
        pages: names relative to the folder, and texts; taken one at a time.

    Raises:
        UsageError: the folder holds something else.
        ReportError: it cannot be written; what stood there still stands.
    """
    refuse_to_replace(folder)
    target = folder.resolve()
    with _at_work(target.parent):
        return _publish(folder, target, pages)


@contextlib.contextmanager
def _at_work(parent: Path) -> Iterator[None]:
    """Be a writer in a folder, and clear up first where no other is: all halves there are of writers that were killed.

    Where folders cannot be locked nothing is cleared up.
    """
    try:
        import fcntl

        descriptor = os.open(parent, os.O_RDONLY)
    except (ImportError, OSError):  # Windows; or no such folder, of which the writer will speak
        yield
        return
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear_up(parent)
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def _clear_up(parent: Path) -> None:
    for half in parent.iterdir():
        if not (_HALVES.fullmatch(half.name) and _is_own(half)):
            continue
        for site in half.iterdir() if half.suffix == ".old" else ():
            if _is_ours(site) and not os.path.lexists(parent / site.name):
                site.rename(parent / site.name)
        shutil.rmtree(half, ignore_errors=True)


def _publish(folder: Path, target: Path, pages: Iterable[tuple[str, str]]) -> int:
    try:
        fresh = Path(tempfile.mkdtemp(prefix=".report-", suffix=".part", dir=target.parent))
    except OSError as error:
        raise _failure(folder, error) from error
    try:
        count = 0
        for name, text in pages:
            file = fresh / name
            if not file.resolve().is_relative_to(fresh.resolve()):  # a gradebook may come from anywhere
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
            count += 1
        (fresh / _MARK).write_text("", encoding="utf-8")
        fresh.chmod(_MODE)
        _swap(fresh, target)
    except OSError as error:
        raise _failure(folder, error) from error
    finally:  # Ctrl-C too must leave nothing behind
        shutil.rmtree(fresh, ignore_errors=True)
    return count


def refuse_to_replace(folder: Path) -> None:
    """Refuse a target before the work that could only fail after it.

    Raises:
        UsageError: there is something at the target that is not a site of ours.
    """
    try:
        mine = not os.path.lexists(folder) or _is_ours(folder) or (_is_own(folder) and not any(folder.iterdir()))
    except OSError as error:
        raise _failure(folder, error) from error
    if not mine:
        text = say(
            "{folder} holds something that is not a report of the grader. Give --out the name of a new folder.",
            folder=folder,
        )
        raise UsageError(text.en, text.zh)


def erase(folder: Path) -> None:
    """Erase a site, and what writers that were killed have left beside it. What is not ours stays.

    Raises:
        ReportError: something of it cannot be erased.
    """
    try:
        if _is_ours(folder):
            shutil.rmtree(folder)
        for each in folder.parent.iterdir():
            if not _HALVES.fullmatch(each.name):
                continue
            if _is_own(each):
                shutil.rmtree(each)
            else:
                each.unlink(missing_ok=True)
    except OSError as error:
        text = say("The report pages in {folder} cannot be erased: {reason}.", folder=folder, reason=error.strerror)
        raise ReportError(text.en, text.zh) from error


def _is_own(folder: Path) -> bool:
    """Tell whether this is a folder, and no link to one elsewhere."""
    return folder.is_dir() and not folder.is_symlink()


def _is_ours(folder: Path) -> bool:
    return _is_own(folder) and (folder / _MARK).is_file()


def _swap(fresh: Path, target: Path) -> None:
    """Let the new folder take the place of the old one; a failure puts the old one back."""
    old = None
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=".report-", suffix=".old", dir=target.parent)) / target.name
    try:
        if old is not None:
            target.rename(old)
        fresh.rename(target)
    except BaseException:
        if old is not None:
            with contextlib.suppress(OSError):
                old.rename(target)
        raise
    finally:
        if old is not None and target.exists():  # else it could not be put back, and is the only site there is
            shutil.rmtree(old.parent, ignore_errors=True)


def _failure(folder: Path, error: OSError) -> ReportError:
    text = say("The report {folder} cannot be written: {reason}.", folder=folder, reason=error.strerror or error)
    return ReportError(text.en, text.zh)
