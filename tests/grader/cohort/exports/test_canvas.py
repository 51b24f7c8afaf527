"""Canvas's import: its fixed columns, its row of possible points, and a column an exercise."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.cohort.exports.canvas import canvas_document
from grader.cohort.exports.write import export
from grader.cohort.roll import call_roll
from grader.cohort.rules import Rules
from grader.model import Text

if TYPE_CHECKING:
    from conftest import Classroom


def test_what_canvas_documents(classroom: Classroom, hostile_name: str) -> None:
    """Read by a strict reader: names are found by login; open ones are empty, which changes nothing over there."""
    classroom.hand_in("ada", "easy middle")
    classroom.hand_in("ada", "easy", exercise="other", open_="easy middle hard")
    classroom.hand_in("ben", "hard")
    classroom.hand_in(hostile_name, "easy")
    document = canvas_document(call_roll(classroom.close_door(), Rules())).decode()
    head, points, *people = list(csv.reader(io.StringIO(document, newline=""), strict=True))

    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Adding (adder)", "Adding (other)"]
    assert points[0].strip() == "Points Possible"
    assert points[5:] == ["100", "100"]
    rows = {row[0]: row for row in people}
    assert rows["ada"][3:] == ["ada", "", "40.0", ""]
    assert rows["ben"][5:] == ["60.0", "0"]
    (hostile,) = [row for row in people if "HYPERLINK" in row[0]]
    assert hostile[0].startswith("'=")
    assert hostile[3].startswith("'=")


def test_a_cell_is_empty_while_the_attempt_waits(classroom: Classroom) -> None:
    """Ten of ten decided points are no hundred per cent, and Canvas has no word for it; once decided, it is there."""
    classroom.hand_in("ada", "easy", open_="middle hard")
    classroom.hand_in("ben", "easy")
    book = classroom.close_door()
    notes: list[Text] = []

    def cells() -> dict[str, str]:
        document = export(book, Rules(), "canvas", "en", note=notes.append).decode()
        return {row[0]: row[5] for row in csv.reader(io.StringIO(document, newline=""), strict=True)}

    assert (cells()["ada"], cells()["ben"]) == ("", "10.0")
    assert [each.en.split(":")[0] for each in notes] == ["1 cell is left empty"] * 2
    for check in ("middle", "hard"):
        book.mark(book.attempts()[0].id, check, 0, who="kim", why="wrong")
    assert cells()["ada"] == "10.0"
    assert len(notes) == 2
