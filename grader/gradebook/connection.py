"""Opening a gradebook's file, and saying in a sentence what SQLite says in codes.

Write-ahead logging lets people read and mark while a batch is graded; a lock beside the file lets only one batch be
graded at a time, and is gone with the process that held it, however that ended. What is deleted is overwritten.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from grader.errors import GraderError, ReportError, UsageError
from grader.gradebook import schema
from grader.i18n import say

BUSY_WALL_S = 30.0
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SHUT = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)


def connect(path: Path, *, create: bool) -> sqlite3.Connection:
    """Open a gradebook and bring its tables up to this version.

    Args:
        create: make one where there is none.

    Raises:
        UsageError: there is none, it is not a gradebook, of a newer grader, corrupt, locked or not to be written.
    """
    if not create and not path.exists():
        raise UsageError.of(say("There is no gradebook {file}. Run grader grade first.", file=path))
    with sentences(path):
        mode = "rwc" if create else "rw"
        connection = sqlite3.connect(
            f"{_real(path).as_uri()}?mode={mode}", uri=True, timeout=BUSY_WALL_S, isolation_level=None
        )
        try:
            if not schema.is_gradebook(connection):
                raise UsageError.of(say("{file} is a database, but not a gradebook. Name another file.", file=path))
            _refuse_newer(connection, path)
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")
            schema.migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


@contextlib.contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _error_of(error, path) from error


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All of it or nothing, also where the process is killed in the middle."""
    with sentences(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite rolls back by itself where the disk is full
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def sole(path: Path) -> Iterator[None]:
    """Be the only one who grades into this gradebook.

    Raises:
        UsageError: somebody else is at it.
    """
    import fcntl  # here, so that reading a gradebook needs no POSIX

    path = _real(path)  # two names of one file are one gradebook
    lock = lock_file(path)
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise UsageError.of(say("{file} cannot be opened: {reason}.", file=lock, reason=error.strerror)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            who = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "?"
            raise UsageError.of(
                say(
                    "Another grader (process {pid}) is at work on {file}. Wait for it, or give --out another folder.",
                    pid=who,
                    file=path,
                )
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def lock_file(path: Path) -> Path:
    """What `sole` locks: a file beside the gradebook."""
    return path.with_name(path.name + ".lock")


def _real(path: Path) -> Path:
    """Where a path leads. A loop of links leads nowhere; opening it will say so."""
    return Path(os.path.realpath(path))


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    found = schema.version_of(connection)
    if found > schema.VERSION:
        raise UsageError.of(
            say(
                "{file} was written by a newer grader (gradebook version {found}; this one reads up to {known})."
                " Upgrade the grader; the file was not touched.",
                file=path,
                found=found,
                known=schema.VERSION,
            )
        )


def _error_of(error: sqlite3.Error, path: Path) -> GraderError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code
    if code in _LOCKED:
        text = say("{file} is locked by another program. Close it there and run the command again.", file=path)
        return UsageError.of(text)
    if code in _BROKEN:
        return damaged(path)
    if code in _SHUT:
        text = say("{file} cannot be opened for writing. Check the permissions of its folder.", file=path)
        return UsageError.of(text)
    if code == sqlite3.SQLITE_FULL:
        text = say(
            "The disk is full. What was kept by then is in {file}; make room, then run the command again (grader grade:"
            " with --resume).",
            file=path,
        )
        return ReportError.of(text)
    return ReportError.of(say("{file} cannot be used: {reason}.", file=path, reason=error))


def damaged(path: Path) -> UsageError:
    """What is said of a file that holds something else than what a gradebook wrote there."""
    return UsageError.of(
        say(
            "{file} is damaged or not a gradebook. Put it aside and restore a copy, or grade into another folder.",
            file=path,
        )
    )


def storable(text: str) -> str:
    """Text that SQLite takes: bytes that are no UTF-8 are written out, as in the names of a folder that was read."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
