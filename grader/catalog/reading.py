"""Read one file that nobody vouches for: opened once, never followed, never waited for, never more than a cap."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from grader.errors import SubmissionError
from grader.i18n import say
from grader.model import Text

SIZE_CAP_BYTES = 1_000_000

# Windows has none of these; there `lstat` before the opening is all that can be done.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_regular(file: Path, cap_bytes: int = SIZE_CAP_BYTES) -> bytes:
    """The bytes of a regular file.

    Args:
        file: read as named; a symbolic link is refused, so that nobody hands in what is not theirs to show.
        cap_bytes: anything larger is refused before it is read.

    Raises:
        SubmissionError: says what the file is instead.
    """
    shown = os.fsencode(file).decode("utf-8", "backslashreplace")
    try:
        _refuse_kind(os.lstat(file).st_mode, shown)
        descriptor = os.open(file, _FLAGS)
    except OSError as error:
        raise _error(_why_not(error, shown)) from None
    try:
        return _read(descriptor, cap_bytes, shown)
    except OSError as error:
        raise _error(say("{path} cannot be read: {reason}.", path=shown, reason=error.strerror)) from None
    finally:
        os.close(descriptor)


def _read(descriptor: int, cap_bytes: int, shown: str) -> bytes:
    before = os.fstat(descriptor)
    _refuse_kind(before.st_mode, shown)
    if before.st_size > cap_bytes:
        raise _error(_too_large(before.st_size, cap_bytes, shown))
    content = bytearray()
    while len(content) <= cap_bytes:
        piece = os.read(descriptor, cap_bytes + 1 - len(content))
        if not piece:
            break
        content += piece
    after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise _error(say("{path} changed while it was read. Run the command again.", path=shown))
    return bytes(content)


def _refuse_kind(mode: int, shown: str) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISLNK(mode):
        raise _error(say("{path} is a symbolic link. Give the file itself.", path=shown))
    if stat.S_ISDIR(mode):
        raise _error(say("{path} is a folder, where a file was expected.", path=shown))
    if stat.S_ISFIFO(mode):
        raise _error(say("{path} is a pipe (FIFO), not a file. Save the code to a file first.", path=shown))
    raise _error(say("{path} is not a regular file.", path=shown))


def _why_not(error: OSError, shown: str) -> Text:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return say("{path} does not exist.", path=shown)
    if error.errno in (errno.EACCES, errno.EPERM):
        return say("{path} may not be read by you. Check its permissions.", path=shown)
    if error.errno == errno.ELOOP:  # became a link between the look and the opening
        return say("{path} is a symbolic link. Give the file itself.", path=shown)
    return say("{path} cannot be read: {reason}.", path=shown, reason=error.strerror)


def _too_large(size_bytes: int, cap_bytes: int, shown: str) -> Text:
    return say(
        "{path} is {size} MB large; a submission has at most {cap} MB.",
        path=shown,
        size=f"{size_bytes / 1e6:.1f}",
        cap=f"{cap_bytes / 1e6:g}",
    )


def _error(text: Text) -> SubmissionError:
    return SubmissionError(text.en, text.zh)
