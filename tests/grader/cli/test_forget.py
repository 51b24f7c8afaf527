"""`grader forget`: erase a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cohort.publish import publish
from grader.gradebook import Entry, Gradebook
from grader.model import Submission

Cli = Callable[..., Any]
BOOK = Path("grades/gradebook.sqlite")


@pytest.fixture(autouse=True)
def _book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two candidates, and the pages of a report."""
    monkeypatch.chdir(tmp_path)
    Path("grades").mkdir()
    publish(Path("grades/report"), [("index.html", "zanzibar and ben"), ("candidates/1.html", "zanzibar")])
    with Gradebook.open(BOOK, create=True) as book:
        for name in ("zanzibar", "ben"):
            submission = Submission(exercise="adder", name=f"{name}.py", source=name.encode())
            book.take_in([Entry(candidate=name, ordinal=1, submitted_at="", submission=submission)])


def test_not_a_byte_is_left(cli: Cli) -> None:
    """Neither in the gradebook nor in the pages beside it, whole or half; what is to be done by hand is said."""
    for half in (".report-a1b2c3d4.part", ".report-a1b2c3d5.old/report"):
        Path("grades", half).mkdir(parents=True)
        Path("grades", half, "index.html").write_text("zanzibar")
    done = cli("forget", "zanzibar", "--yes")

    assert done.code == 0
    assert "zanzibar is erased" in done.out
    assert "The report pages in grades/report are gone." in done.out
    assert "Delete what was handed in too" in done.out
    files = [each for each in Path("grades").rglob("*") if each.is_file()]
    assert not any(b"zanzibar" in each.read_bytes() for each in files)
    with Gradebook.open(BOOK) as book:
        assert [each.name for each in book.candidates()] == ["ben"]
    assert not Path("grades/report").exists()


def test_by_opaque_id(cli: Cli) -> None:
    """It names the pages of a candidate, also of one whose name nobody can type."""
    with Gradebook.open(BOOK) as book:
        person = book.candidate("ben")
    assert person is not None

    assert cli("forget", person.opaque, "--yes").code == 0


def test_nobody_is_erased_unasked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a script it takes `--yes`; at a terminal, a yes."""
    assert "Give --yes" in cli("forget", "ben").err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert cli("forget", "ben").code == 1
    with Gradebook.open(BOOK) as book:
        assert len(book.candidates()) == 2


def test_nobody_of_that_name(cli: Cli) -> None:
    """A slip erases nobody."""
    done = cli("forget", "bob", "--yes")

    assert (done.code, "There is no candidate 'bob'" in done.err) == (2, True)


def test_not_while_a_batch_is_graded(cli: Cli) -> None:
    """It would come back with the next result."""
    from grader.gradebook.connection import sole

    with sole(BOOK):
        done = cli("forget", "ben", "--yes")

    assert (done.code, "Another grader" in done.err) == (2, True)


def test_pages_behind_a_link_are_not_ours(cli: Cli, tmp_path: Path) -> None:
    """A report folder that is a link leads to files of somebody else's."""
    kept = tmp_path / "elsewhere"
    Path("grades/report").rename(kept)
    Path("grades/report").symlink_to(kept)

    done = cli("forget", "ben", "--yes")

    assert (kept / "index.html").exists()
    assert "grades/report is not a report of ours, or a link to one, and was left as it is." in done.out
    assert "are gone" not in done.out
    assert "report pages that lie elsewhere" in " ".join(done.out.split())


def test_a_folder_that_no_report_was_put_into_is_left_alone(cli: Cli) -> None:
    """Somebody's own, which happens to be called report."""
    Path("grades/report").rename("elsewhere")
    Path("grades/report").mkdir()
    Path("grades/report/thesis.tex").write_text("mine")

    done = cli("forget", "ben", "--yes")
    assert done.code == 0
    assert Path("grades/report/thesis.tex").read_text() == "mine"
    assert "was left as it is" in done.out


def test_where_there_are_no_pages_none_are_spoken_of(cli: Cli) -> None:
    """Nobody has made a report here yet; one may lie elsewhere."""
    Path("grades/report").rename("elsewhere")

    done = cli("forget", "ben", "--yes")

    assert done.out.splitlines()[0] == "ben is erased from grades/gradebook.sqlite."
    assert "grades/report" not in done.out
    assert "report pages that lie elsewhere" in " ".join(done.out.split())


def test_who_reads_just_now_keeps_the_old_bytes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is done, and what is left to do is said all the same."""
    monkeypatch.setattr("grader.gradebook.connection.BUSY_WALL_S", 0.05)
    reader = sqlite3.connect(BOOK, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM candidate").fetchall()

    done = cli("forget", "ben", "--yes")
    reader.close()

    assert done.code == 1
    assert "ben is erased" in done.out
    assert "Delete what was handed in too" in done.out
    assert "until it ends, the old bytes can still be read there" in done.err


def test_a_name_of_no_character_set(cli: Cli) -> None:
    """It is looked for as it is kept, with its bytes written out."""
    assert "There is no candidate" in cli("forget", "\udcff", "--yes").err
    with Gradebook.open(BOOK) as book:
        submission = Submission(exercise="adder", name="x", source=b"")
        book.take_in([Entry(candidate="\\xff", ordinal=1, submitted_at="", submission=submission)])

    assert cli("forget", "\udcff", "--yes").code == 0
