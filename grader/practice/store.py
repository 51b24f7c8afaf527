"""The file behind the history: SQLite in the user's data folder, with a version, and never wiped.

A file that cannot be read is moved aside under another name and a new one is begun; a file that a newer grader wrote is
left as it is, and this copy works in a file of its own beside it. What was done is a notice for the reader. This
module must not know what the tables mean to anyone.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from grader import config
from grader.errors import GraderError
from grader.i18n import say
from grader.model import Text

VERSION = 1
APPLICATION_ID = 0x67726468  # "grdh", in the file's header: tells our file from any other
FILE_NAME = "history.sqlite3"
BUSY_WALL_S = 5.0  # two shells at once: one waits for the other

_SCHEMA = """
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,                     -- ISO 8601, UTC
    exercise TEXT NOT NULL,
    exercise_version TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    verdict TEXT NOT NULL,
    score REAL NOT NULL,
    max_score REAL NOT NULL,
    whole INTEGER NOT NULL,               -- 1: nothing was left out on request
    seed INTEGER NOT NULL,
    hints INTEGER NOT NULL,               -- hints of this exercise used so far
    interview TEXT                        -- id of the interview that it belongs to
);
CREATE INDEX attempts_by_exercise ON attempts (exercise, id);
CREATE TABLE check_results (
    attempt INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    check_id TEXT NOT NULL,
    part TEXT NOT NULL,
    function TEXT NOT NULL,
    outcome TEXT NOT NULL,
    points REAL NOT NULL,
    max_points REAL NOT NULL,
    ratio REAL,                           -- timed checks: CPU time / the reference's
    PRIMARY KEY (attempt, check_id)
) WITHOUT ROWID;
CREATE TABLE mistakes (
    exercise TEXT NOT NULL,
    mistake TEXT NOT NULL,
    function TEXT NOT NULL,
    confidence TEXT NOT NULL,             -- the surest so far
    checks TEXT NOT NULL,                 -- JSON: checks that it explained when it was last made
    times INTEGER NOT NULL,               -- spells: made, cured, made again is 2
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    cured_at TEXT,                        -- NULL: still there
    PRIMARY KEY (exercise, mistake)
) WITHOUT ROWID;
CREATE TABLE hints (
    exercise TEXT NOT NULL,
    part TEXT NOT NULL,
    level INTEGER NOT NULL,               -- from 1
    at TEXT NOT NULL,
    PRIMARY KEY (exercise, part, level)
) WITHOUT ROWID;
CREATE TABLE solutions_seen (exercise TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cards (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,                  -- JSON, the scheduler's own
    due_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    card TEXT NOT NULL,
    at TEXT NOT NULL,
    correct INTEGER NOT NULL,
    rating INTEGER NOT NULL,              -- the scheduler's own
    answer TEXT NOT NULL,
    interview TEXT
);
CREATE INDEX answers_by_card ON answers (card, id);
CREATE TABLE interviews (
    id TEXT PRIMARY KEY,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    state TEXT NOT NULL                   -- JSON, the interview's own
) WITHOUT ROWID;
"""


class HistoryError(GraderError):
    """The history cannot be read or written; grading goes on without it."""


def history_file() -> Path:
    """Where the history is kept."""
    return config.data_dir() / FILE_NAME


def open_store(file: Path) -> tuple[sqlite3.Connection, tuple[Text, ...]]:
    """Open the store, making it where there is none.

    Returns:
        The connection, in autocommit mode, and what the reader should know of what was found.

    Raises:
        HistoryError: it can be neither read nor begun anew.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(file.parent):
            return _open(file)
    except (sqlite3.Error, OSError) as error:
        raise unusable(file, error) from error


def unusable(file: Path, error: Exception) -> HistoryError:
    """What to raise when the store cannot be used."""
    text = say(
        "Your history in {file} cannot be used ({reason}). Nothing in it was changed; grading works without it.",
        file=file,
        reason=error,
    )
    return HistoryError(text.en, text.zh)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, file: Path) -> Iterator[None]:
    """All of it or nothing, also where the disk is full. Inside another one it is a part of that one.

    Raises:
        HistoryError: nothing was written.
    """
    try:
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise unusable(file, error) from error


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: between judging a file and moving it aside nobody else may begin a new one there."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks: as good as it gets
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # and with it the lock


def _open(file: Path) -> tuple[sqlite3.Connection, tuple[Text, ...]]:
    notices: list[Text] = []
    if file.exists():
        try:
            version = _version_of(file)
        except sqlite3.OperationalError:
            raise  # locked or unreadable: that says nothing about what is in it
        except sqlite3.DatabaseError:
            version = None
        if version is None:
            aside = _aside(file)
            file.rename(aside)
            text = say("Your history could not be read. It is kept as {aside}; a new one was begun.", aside=aside)
            notices.append(text)
        elif version > VERSION:
            own = file.with_name(f"{file.stem}.v{VERSION}{file.suffix}")
            text = say(
                "Your history was written by a newer grader and is left as it is: {file}. This one uses {own}.",
                file=file,
                own=own,
            )
            connection, more = _open(own)
            return connection, (text, *more)
    return _connect(file), tuple(notices)


def _version_of(file: Path) -> int | None:
    """The version of a store; 0 for an empty file, None for what is not ours or is damaged.

    The mode is "rw", though nothing is written: what a power cut left half done is rolled back before it is read.
    """
    uri = f"{file.resolve().as_uri()}?mode=rw"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=BUSY_WALL_S, isolation_level=None)) as connection:
        connection.execute("BEGIN")  # one snapshot for all questions: an older grader may be beginning it meanwhile
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        application: int = connection.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION_ID:
            empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
            return 0 if empty else None
        sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        return version if sound else None


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=BUSY_WALL_S, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:  # not begun by another shell meanwhile
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
            with contextlib.suppress(OSError):
                os.chmod(file, 0o600)
    except BaseException:
        connection.close()
        raise
    return connection


def _aside(file: Path) -> Path:
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    names = (
        f"{file.stem}.unreadable-{stamp}{suffix}{file.suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 99)))
    )
    return next(path for name in names if not (path := file.with_name(name)).exists())
