"""The spreadsheet: opened by a strict reader, and by LibreOffice where it is installed, as it must be with
GRADER_NO_SKIP=1.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.cohort.exports.csv import COLUMNS, csv_document, rounded
from grader.cohort.roll import call_roll
from grader.cohort.rules import Rules
from grader.gradebook import Gradebook, Problem
from grader.model import Text

if TYPE_CHECKING:
    from conftest import Classroom

Reader = Callable[[bytes, Path], list[list[str]]]


def by_python(document: bytes, folder: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(document.decode("utf-8-sig"), newline=""), strict=True))


def by_libreoffice(document: bytes, folder: Path) -> list[list[str]]:
    """Opened as a spreadsheet, calculated, and written out again: what was a formula comes back as its value.

    Without its dialog LibreOffice does not look for the byte order mark, and must be told what the dialog would offer.
    """
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("needs LibreOffice Calc (soffice)")
    (folder / "grades.csv").write_bytes(document)
    out = folder / "out"
    command = [
        soffice,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--infilter=CSV:44,34,76",  # comma, quotation mark, UTF-8
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
        "--outdir",
        str(out),
        str(folder / "grades.csv"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return by_python((out / "grades.csv").read_bytes(), folder)


READERS: list[Reader] = [by_python, by_libreoffice]


def test_what_stands_in_it(cohort_file: Path) -> None:
    """A row a candidate and exercise, under fixed names; whoever did not hand in has a row that says so."""
    with Gradebook.open(cohort_file) as book:
        roll = call_roll(book, Rules())
    rows = by_python(csv_document(roll), cohort_file.parent)
    records = [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]

    assert tuple(rows[0]) == COLUMNS
    assert len(records) == len(roll.people) * 2
    absent = [each for each in records if each["verdict"] == "not_handed_in"]
    assert absent
    assert {(each["attempt"], each["score"], each["credit_percent"]) for each in absent} == {("", "0", "0")}
    for each in records:
        person = next(person for person in roll.people if person.name == each["candidate"])
        assert float(each["total_percent"]) == rounded(person.total)


def test_decisions_and_what_waits(classroom: Classroom, tmp_path: Path) -> None:
    """A row says what waits in its own exercise, and the verdict with what a person decided."""
    classroom.hand_in("ann", "easy middle", open_="hard")
    classroom.hand_in("ann", "easy", open_="hard", exercise="other")
    classroom.hand_in("ben", "easy")
    problem = Problem(label="eve.zip", candidate="eve", text=Text("eve.zip is damaged", "eve.zip 已损坏"))
    book = classroom.close_door(problems=[problem])
    book.mark(book.attempts()[0].id, "hard", 60, who="kim", why="right")
    rows = by_python(csv_document(call_roll(book, Rules())), tmp_path)
    waits = {(row[0], row[1]): row[COLUMNS.index("waits_for_person")] for row in rows[1:]}
    verdicts = {(row[0], row[1]): row[COLUMNS.index("verdict")] for row in rows[1:]}

    assert waits == {
        ("ann", "adder"): "no",
        ("ann", "other"): "yes",
        ("ben", "adder"): "no",
        ("ben", "other"): "no",
        ("eve", "adder"): "yes",  # what could not be taken in may be either
        ("eve", "other"): "yes",
    }
    assert verdicts["ann", "adder"] == "accepted"
    assert verdicts["eve", "adder"] == "not_handed_in"


@pytest.mark.parametrize("reader", READERS)
def test_a_hostile_name_is_only_text(classroom: Classroom, hostile_name: str, tmp_path: Path, reader: Reader) -> None:
    """It opens as one cell of text that runs nothing, and moves nothing; other names are what they are."""
    classroom.hand_in(hostile_name, mistakes=("=1+1",))
    classroom.hand_in("李雷")
    rows = reader(csv_document(call_roll(classroom.close_door(), Rules())), tmp_path)
    hostile = next(row for row in rows[1:] if "HYPERLINK" in row[0])

    assert tuple(rows[0]) == COLUMNS
    assert "李雷" in [row[0] for row in rows]
    assert hostile[0].lstrip("'").startswith("=HYPERLINK(")
    assert "U+202E" in hostile[0]
    assert "\\x1b" in hostile[0]
    assert hostile[COLUMNS.index("mistakes")].lstrip("'") == "=1+1"
    assert {len(row) for row in rows} == {len(COLUMNS)}
