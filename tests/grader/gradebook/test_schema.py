"""The tables of a gradebook, and how a file of an earlier version is brought up."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from grader.gradebook import Gradebook, schema


def connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


def test_an_empty_database_becomes_a_gradebook(file: Path) -> None:
    """All tables, and a mark that says what the file is."""
    connection = connect(file)

    schema.migrate(connection)

    assert schema.version_of(connection) == schema.VERSION
    assert schema.is_gradebook(connection)
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert {"candidate", "attempt", "check_result", "diagnosis", "override", "paper"} <= names
    connection.close()


def test_migrating_twice_changes_nothing(file: Path) -> None:
    """The second time there is nothing left to do."""
    connection = connect(file)
    schema.migrate(connection)
    before = connection.execute("SELECT sql FROM sqlite_master").fetchall()

    schema.migrate(connection)

    assert connection.execute("SELECT sql FROM sqlite_master").fetchall() == before
    connection.close()


def test_a_later_version_adds_to_what_is_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gradebook of today keeps its rows when tomorrow's grader opens it."""
    with Gradebook.open(file, create=True) as book:
        book.begin("folder", 7, "{}")
    more = "ALTER TABLE batch ADD COLUMN remark TEXT NOT NULL DEFAULT 'none';"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, more))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)

    with Gradebook.open(file) as book:
        assert [each.seed for each in book.batches()] == [7]
    connection = connect(file)
    assert connection.execute("SELECT remark FROM batch").fetchall() == [("none",)]
    connection.close()


def test_a_migration_that_fails_leaves_the_version_before(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is whole or not at all, also where its second statement is the one that fails."""
    connection = connect(file)
    schema.migrate(connection)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE a (x);\nCREATE TABLE attempt (x);"))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)

    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection)

    assert schema.version_of(connection) == schema.VERSION - 1
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'a'").fetchone() == (0,)
    connection.close()


def test_some_other_database_is_not_a_gradebook(file: Path) -> None:
    """Neither one that says it is something else, nor one with tables of its own."""
    connection = connect(file)
    connection.execute("CREATE TABLE songs (name TEXT)")

    assert not schema.is_gradebook(connection)
    connection.close()
