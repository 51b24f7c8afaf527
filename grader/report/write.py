"""Putting a finished report on disk: whole or not at all.

The bytes go to a new file beside the target, which is then renamed over it; a reader never sees half a report, and a
full disk leaves the old one standing. A target that is a symbolic link is replaced, never followed. This module must
not know what it writes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from grader.errors import ReportError
from grader.i18n import say
from grader.model import Text
from grader.report.sanitize import clean_line

_MODE = 0o666  # less the umask, as of any file: what a class was given is readable by others only if that is wanted


def write_report(path: Path, content: bytes | str) -> None:
    """Write a report atomically.

    Args:
        path: the file to make or to replace. Its folder must exist.
        content: text is written as UTF-8.

    Raises:
        ReportError: with a sentence for people; what stood at `path` before still stands.
    """
    data = content.encode() if isinstance(content, str) else content
    try:  # a folder, or /dev/null of somebody who is root
        irregular = not path.is_symlink() and path.exists() and not path.is_file()
    except OSError as error:  # in a folder that one may not look into
        raise _failure(path, error) from error
    if irregular:
        file = clean_line(str(path), limit=400)
        raise _error(say("{file} cannot be written: that is not a regular file.", file=file))
    temporary = path.parent / f".report-{secrets.token_hex(8)}.part"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
    except OSError as error:
        raise _failure(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())  # some file systems say only now that they are full
        os.replace(temporary, path)
    except BaseException as error:  # Ctrl-C too must leave nothing behind
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise _failure(path, error) from error
        raise


def _failure(path: Path, error: OSError) -> ReportError:
    file = clean_line(str(path), limit=400)
    folder = clean_line(str(path.parent), limit=400)
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return _error(say("{file} cannot be written: there is no folder {folder}.", file=file, folder=folder))
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return _error(
                say(
                    "{file} cannot be written: the folder {folder} is read-only for you.",
                    file=file,
                    folder=folder,
                )
            )
        case errno.ENOSPC | errno.EDQUOT:
            return _error(say("{file} cannot be written: the disk is full. Nothing was changed.", file=file))
        case _:
            return _error(say("{file} cannot be written: {reason}.", file=file, reason=error.strerror or error))


def _error(text: Text) -> ReportError:
    return ReportError(text.en, text.zh)
