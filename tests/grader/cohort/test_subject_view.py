"""One exercise on the index: the map of mistakes, the ones to teach next, checks, times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cohort.roll import call_roll
from grader.cohort.rules import Rules
from grader.cohort.subject_view import Numbering, subject_view
from grader.cohort.view import SubjectView
from grader.model import Confidence
from grader.report.phrase import Phrase

if TYPE_CHECKING:
    from conftest import Classroom


def view_of(classroom: Classroom) -> SubjectView:
    roll = call_roll(classroom.close_door(), Rules())
    pages = {person.opaque: f"candidates/{person.opaque}.html" for person in roll.people}
    names = {person.opaque: person.name for person in roll.people}
    return subject_view(roll, roll.subjects[0], Phrase("en"), pages, names, Numbering())


def test_the_map(classroom: Classroom) -> None:
    """Columns by score, best first; a mark for everybody who made the mistake, pale where it is only perhaps."""
    classroom.hand_in("best", "easy middle hard")
    classroom.hand_in("good", "easy middle", mistakes=("subtracts",), confidence=Confidence.SEVERAL)
    classroom.hand_in("weak", "", mistakes=("subtracts",))
    view = view_of(classroom)
    assert view.map is not None
    (row,) = view.map.rows

    assert [(mark.name, mark.column, mark.sure) for mark in row.marks] == [("good", 1, False), ("weak", 2, True)]
    assert (row.people, row.perhaps, row.percent) == (1, 1, "33 %")
    assert view.map.scores == ((0, 1000), (1, 400), (2, 0))


def test_what_to_teach_next(classroom: Classroom) -> None:
    """The three that most people share, and none that only one made or that has no name."""
    for number in range(4):
        classroom.hand_in(f"p{number}", "", mistakes=("a", *("bc"[:number]), *(["d"] if number == 3 else []), ""))
    view = view_of(classroom)
    assert view.map is not None

    assert [(row.id, row.people) for row in view.map.teach] == [("a", 4), ("b", 3), ("c", 2)]


def test_no_mistakes_no_map(classroom: Classroom) -> None:
    """A cohort that made none has nothing to show there."""
    classroom.hand_in("ada")

    assert view_of(classroom).map is None


def test_checks_and_times(classroom: Classroom) -> None:
    """Dead checks are counted in a sentence; ratios come with the table of their bars."""
    for number in range(6):
        classroom.hand_in(f"p{number}", "easy middle" if number % 2 else "easy", ratio=0.5 + number)
    view = view_of(classroom)
    (chart,) = view.times

    assert view.dead.startswith("2 checks are dead")
    assert [item.remark.partition(":")[0] for item in view.items] == ["dead", "", "dead"]
    assert "median 3.00×, budget 3.00×; 3 over" in chart.sentence
    assert sum(int(count) for _, count in chart.rows) == 6
    assert [(part.title, part.percent) for part in view.parts] == [("First", "100 %"), ("Second", "17 %")]
