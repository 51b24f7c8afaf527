"""The tables of a gradebook, as a list of migrations: a file of any earlier version is brought up step by step.

A gradebook says what it is by SQLite's `application_id` and its version by `user_version`. Migrations are never
edited once released; the next one is added at the end. This module must not know what the rows mean to anybody.

`attempt.wanted` is the content key that the last batch asked for, `attempt.key` that of the report which is held: an
attempt is due where the two differ. `paper` keeps the large things apart, so that lists never read them.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x47726442  # "GrdB"

_FIRST = """
CREATE TABLE candidate (
    id INTEGER PRIMARY KEY,
    opaque TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    folder TEXT NOT NULL,
    seed INTEGER NOT NULL,
    options TEXT NOT NULL,
    taken_in INTEGER NOT NULL DEFAULT 0,
    started_at TEXT NOT NULL,
    finished_at TEXT
);

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    candidate_id INTEGER NOT NULL REFERENCES candidate ON DELETE CASCADE,
    exercise TEXT NOT NULL,
    label TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    submitted_at TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    wanted TEXT,
    key TEXT,
    problem_en TEXT NOT NULL DEFAULT '',
    problem_zh TEXT NOT NULL DEFAULT '',
    exercise_version TEXT NOT NULL DEFAULT '',
    verdict TEXT NOT NULL DEFAULT '',
    score REAL NOT NULL DEFAULT 0,
    max_score REAL NOT NULL DEFAULT 0,
    seed INTEGER NOT NULL DEFAULT 0,
    tier TEXT NOT NULL DEFAULT '',
    graded_at TEXT NOT NULL DEFAULT '',
    wall_s REAL NOT NULL DEFAULT 0,
    UNIQUE (candidate_id, exercise, label, sha256)
);
CREATE INDEX attempt_key ON attempt (key);
CREATE INDEX attempt_wanted ON attempt (wanted);

CREATE TABLE paper (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempt ON DELETE CASCADE,
    source BLOB NOT NULL,
    answers BLOB,
    report BLOB
);

CREATE TABLE check_result (
    attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    check_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    part TEXT NOT NULL,
    function TEXT NOT NULL,
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    outcome TEXT NOT NULL,
    points REAL NOT NULL,
    max_points REAL NOT NULL,
    cpu_s REAL NOT NULL,
    wall_s REAL NOT NULL,
    peak_rss_bytes INTEGER NOT NULL,
    PRIMARY KEY (attempt_id, check_id)
) WITHOUT ROWID;

CREATE TABLE diagnosis (
    attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    position INTEGER NOT NULL,
    mistake TEXT NOT NULL,
    function TEXT NOT NULL,
    kind TEXT NOT NULL,
    confidence TEXT NOT NULL,
    PRIMARY KEY (attempt_id, position, mistake)
) WITHOUT ROWID;
CREATE INDEX diagnosis_mistake ON diagnosis (mistake);

CREATE TABLE timing (
    attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    check_id TEXT NOT NULL,
    ratio REAL,
    low REAL,
    high REAL,
    budget REAL,
    verdict TEXT NOT NULL,
    repeats INTEGER NOT NULL,
    candidate_cpu_s REAL,
    reference_cpu_s REAL,
    PRIMARY KEY (attempt_id, check_id)
) WITHOUT ROWID;

CREATE TABLE override (
    id INTEGER PRIMARY KEY,
    attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    check_id TEXT NOT NULL,
    points REAL NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX override_attempt ON override (attempt_id);

CREATE TABLE problem (
    label TEXT PRIMARY KEY,
    candidate_id INTEGER REFERENCES candidate ON DELETE CASCADE,
    problem_en TEXT NOT NULL,
    problem_zh TEXT NOT NULL
) WITHOUT ROWID;

CREATE VIEW decided AS
SELECT attempt_id, check_id, points, max(id) AS id FROM override GROUP BY attempt_id, check_id;

CREATE VIEW numbered AS
SELECT attempt.*, candidate.name AS candidate, candidate.opaque,
    ROW_NUMBER() OVER (
        PARTITION BY candidate_id, exercise ORDER BY ordinal, submitted_at, label, attempt.id
    ) AS number
FROM attempt JOIN candidate ON candidate.id = candidate_id;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST,)
VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 where there are none yet."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_gradebook(connection: sqlite3.Connection) -> bool:
    """Tell whether this database is a gradebook, or empty and free to become one."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application == APPLICATION_ID:
        return True
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(application == 0 and tables == 0)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to this version, each step whole or not at all. The connection is in autocommit mode."""
    for number in range(version_of(connection), VERSION):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version_of(connection) == number:  # nobody else was faster
                for statement in _statements(MIGRATIONS[number]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {number + 1}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _statements(script: str) -> list[str]:
    """The statements of a script. `executescript` would commit before each script, half a migration."""
    found: list[str] = []
    piece = ""
    for line in script.splitlines():
        piece += line + "\n"
        if sqlite3.complete_statement(piece):
            found.append(piece)
            piece = ""
    return found
