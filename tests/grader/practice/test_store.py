"""The file of the history: never wiped, whatever is found in it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from grader import config
from grader.practice.history import History
from grader.practice.store import FILE_NAME, VERSION, HistoryError, history_file, open_store, transaction


def test_it_lies_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Made when it is first asked for, for its owner alone."""
    monkeypatch.setenv(config.DATA_DIR_VARIABLE, str(tmp_path / "deep" / "data"))

    History().close()

    assert history_file() == tmp_path / "deep" / "data" / FILE_NAME
    assert history_file().stat().st_mode & 0o077 == 0


def test_what_was_written_is_there_the_next_time(tmp_path: Path) -> None:
    """And nothing is said about it."""
    with History(tmp_path / "h.sqlite3") as history:
        history.record_hint("adder", "one", 1)

    with History(tmp_path / "h.sqlite3") as history:
        assert history.hints_used("adder") == 1
        assert history.notices == ()


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_kept_aside(tmp_path: Path, damage: bytes) -> None:
    """Byte for byte, under another name that is told; a new history is begun."""
    file = tmp_path / "h.sqlite3"
    file.write_bytes(damage)

    with History(file) as history:
        history.record_hint("adder", "one", 1)
        (notice,) = history.notices

    (aside,) = tmp_path.glob("*unreadable*")
    assert aside.read_bytes() == damage
    assert str(aside) in notice.en
    assert str(aside) in notice.zh


def test_a_file_damaged_in_the_middle_is_kept_aside_too(tmp_path: Path) -> None:
    """Its head is whole; the pages behind it are not."""
    file = tmp_path / "h.sqlite3"
    with History(file) as history:
        for level in range(1, 400):
            history.record_hint("adder", f"part {level}", level)
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\x5a" * (len(data) - 4096))

    with History(file) as history:
        assert history.hints_used("adder") == 0

    assert len(list(tmp_path.glob("*unreadable*"))) == 1


def test_a_transaction_in_another_one_is_a_part_of_it(tmp_path: Path) -> None:
    """What goes wrong later takes it back."""
    with History(tmp_path / "h.sqlite3") as history:

        def fail() -> None:
            with transaction(history.connection, history.file):
                history.record_hint("adder", "one", 1)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert history.hints_used("adder") == 0

        with transaction(history.connection, history.file):
            history.record_hint("adder", "one", 1)
        assert history.hints_used("adder") == 1


def test_two_damaged_files_do_not_replace_each_other(tmp_path: Path) -> None:
    """Even within one second."""
    file = tmp_path / "h.sqlite3"
    for text in ("one", "two"):
        file.write_text(text * 100)
        History(file).close()

    assert {aside.read_text()[:3] for aside in tmp_path.glob("*unreadable*")} == {"one", "two"}


def test_somebody_elses_database_is_not_ours(tmp_path: Path) -> None:
    """A file of another application under our name is kept aside."""
    file = tmp_path / "h.sqlite3"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()

    with History(file) as history:
        assert history.attempts() == ()

    assert len(list(tmp_path.glob("*unreadable*"))) == 1


def test_an_empty_file_is_begun(tmp_path: Path) -> None:
    """A crash between making the file and writing it leaves no mark."""
    file = tmp_path / "h.sqlite3"
    file.touch()

    with History(file) as history:
        assert history.attempts() == ()
        assert history.notices == ()


def test_a_newer_history_is_left_alone(tmp_path: Path) -> None:
    """This copy works in a file of its own, finds it again, and says so each time."""
    file = tmp_path / "h.sqlite3"
    with History(file) as history:
        history.connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = file.read_bytes()

    with History(file) as history:
        history.record_hint("adder", "one", 1)
    with History(file) as history:
        assert history.hints_used("adder") == 1
        assert "newer" in history.notices[0].en

    assert file.read_bytes() == before
    assert not list(tmp_path.glob("*unreadable*"))


def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    """A file where the folder should be, as root may write anywhere."""
    (tmp_path / "data").write_text("")

    with pytest.raises(HistoryError) as caught:
        open_store(tmp_path / "data" / "h.sqlite3")

    assert "cannot be used" in caught.value.text.en
    assert "无法使用" in caught.value.text.zh


def test_a_full_disk_costs_nothing_that_was_there(tmp_path: Path) -> None:
    """The write fails as a whole; what was written before can be read."""
    with History(tmp_path / "h.sqlite3") as history:
        history.record_hint("adder", "one", 1)
        pages = history.connection.execute("PRAGMA page_count").fetchone()[0]
        history.connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then says that the disk is full

        with pytest.raises(HistoryError, match="full"):
            history.record_hint("adder", "a part with a long name " * 1000, 2)

        assert history.hint_level("adder", "one") == 1


def test_a_locked_file_is_not_taken_for_a_damaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds it for too long: nothing is moved, the sentence says why."""
    monkeypatch.setattr("grader.practice.store.BUSY_WALL_S", 0.05)
    file = tmp_path / "h.sqlite3"
    History(file).close()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(HistoryError, match="locked"), History(file) as history:
            history.record_hint("adder", "one", 1)
    finally:
        other.close()

    assert [each.name for each in tmp_path.iterdir() if "unreadable" in each.name] == []


def test_two_shells_begin_it_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finds it whole, and nothing of either is lost."""
    monkeypatch.setattr("grader.practice.store.BUSY_WALL_S", 60.0)  # eight on a busy machine
    file = tmp_path / "h.sqlite3"
    failures: list[Exception] = []

    def shell(number: int) -> None:
        try:
            with History(file) as history:
                history.record_hint("adder", f"part {number}", 1)
        except Exception as error:
            failures.append(error)

    shells = [threading.Thread(target=shell, args=(number,)) for number in range(8)]
    for each in shells:
        each.start()
    for each in shells:
        each.join()

    assert failures == []
    with History(file) as history:
        assert history.hints_used("adder") == 8


def test_a_power_cut_in_the_middle_of_writing_costs_only_what_was_being_written(tmp_path: Path) -> None:
    """The journal that was left is rolled back at the next start; what was there before is whole."""
    file = tmp_path / "h.sqlite3"
    with History(file) as history:
        history.record_hint("adder", "one", 1)
    cut = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")  # pages reach the disk before the end of the transaction
connection.execute("BEGIN IMMEDIATE")
connection.execute("DELETE FROM hints")
for number in range(500):
    connection.execute("INSERT INTO hints VALUES (?, 'two', 1, ?)", (f"e{number}", "x" * 500))
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", cut, str(file)], check=True)
    assert (tmp_path / "h.sqlite3-journal").stat().st_size > 0

    with History(file) as history:
        assert history.notices == ()
        assert history.rows("SELECT exercise, part FROM hints") == [("adder", "one")]
