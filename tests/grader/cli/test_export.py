"""`grader export`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.gradebook import Gradebook

Cli = Callable[..., Any]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty gradebook where the commands look for it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "grades").mkdir()
    file = tmp_path / "grades" / "gradebook.sqlite"
    Gradebook.open(file, create=True).close()
    return file


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("csv", "grades.csv"),
        ("json", "grades.json"),
        ("junit", "grades.xml"),
        ("gradescope", "gradescope.zip"),
        ("canvas", "canvas.csv"),
    ],
)
def test_each_format_has_a_file_of_its_own(cli: Cli, book: Path, target: str, name: str) -> None:
    """Beside the gradebook, unless told otherwise."""
    done = cli("export", "--to", target)

    assert done.code == 0
    assert done.err == f"Written: {book.parent / name}\n"
    assert (book.parent / name).stat().st_size > 0


def test_another_file(cli: Cli, book: Path, tmp_path: Path) -> None:
    """As named."""
    assert cli("export", "--to", "csv", "--out", str(tmp_path / "mine.csv"), "--gradebook", str(book)).code == 0
    assert (tmp_path / "mine.csv").is_file()


def test_standard_output(cli: Cli, book: Path) -> None:
    """The document and nothing else, for the next program in a pipe."""
    done = cli("export", "--to", "json", "--out", "-", "--anonymous")

    assert json.loads(done.out)["anonymous"] is True
    assert done.err == ""


def test_cells_that_are_left_empty_are_counted(cli: Cli, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the document, which has no place for it."""
    monkeypatch.setattr("grader.cohort.exports.write.left_empty", lambda _: 2)

    done = cli("export", "--to", "canvas", "--out", "-")

    assert done.err == "2 cells are left empty: the attempts wait to be decided. grader report shows what for.\n"
    assert "cells" not in done.out


def test_slips(cli: Cli, book: Path) -> None:
    """An unknown format, no format, no folder to write to."""
    assert cli("export", "--to", "xlsx").code == 2
    assert cli("export").code == 2
    done = cli("export", "--to", "csv", "--out", "nowhere/x.csv")
    assert done.code == 3
    assert "nowhere" in done.err
