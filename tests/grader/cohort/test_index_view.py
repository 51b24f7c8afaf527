"""The index in words: scores, lateness, rules, and names that act on nobody."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from grader.cohort.index_view import index_view, lateness, page_of, percent
from grader.cohort.roll import Roll, call_roll
from grader.cohort.rules import ExerciseRules, LateRules, Rules
from grader.cohort.view import IndexView, SimilarView
from grader.gradebook import Problem
from grader.model import Language, Text
from grader.report.phrase import Phrase

if TYPE_CHECKING:
    from conftest import Classroom

NOBODY = SimilarView(pairs=(), clusters=(), notes=())
DUE = datetime.datetime(2026, 11, 2, 9, 30, tzinfo=datetime.UTC)


def view_of(roll: Roll, language: Language = "en") -> IndexView:
    return index_view(roll, NOBODY, Phrase(language))


def test_rows(classroom: Classroom) -> None:
    """What everybody has, sortable by number, filterable by mistake."""
    classroom.hand_in("ada", "easy middle hard")
    classroom.hand_in("ben", "easy", mistakes=("subtracts", "skips_last"), open_="hard")
    classroom.hand_in("ben", "easy", exercise="other")
    view = view_of(call_roll(classroom.close_door(), Rules(exercises={"adder": ExerciseRules(deadline=DUE)})))
    ada, ben = view.rows

    assert (ada.total, ada.total_value, ada.cells[1], ada.waits) == ("50 %", 0.5, None, False)
    assert ada.late == "30 min late"
    assert ben.cells[0] is not None
    assert (ben.cells[0].points, ben.waits, ben.attempts) == ("10", True, 2)
    assert {view.mistakes[number - 1].id for number in ben.mistakes} == {"subtracts", "skips_last"}
    assert [fact.value for fact in view.figures] == ["2", "2", "3", "33.8 %", "1"]


@pytest.mark.parametrize(("points", "word", "tone"), [(60, "Accepted", "good"), (20, "Wrong answer", "bad")])
def test_a_decision_is_in_the_verdict(classroom: Classroom, points: float, word: str, tone: str) -> None:
    """Nobody is told that a person must decide where a person has."""
    classroom.hand_in("ada", "easy middle", open_="hard")
    book = classroom.close_door()
    (before,) = view_of(call_roll(book, Rules())).rows
    book.mark(book.attempts()[0].id, "hard", points, who="kim", why="seen")
    (after,) = view_of(call_roll(book, Rules())).rows

    assert before.cells[0] is not None
    assert before.cells[0].word == "Needs a person to decide"
    assert after.cells[0] is not None
    assert (after.cells[0].word, after.cells[0].tone, after.cells[0].points) == (word, tone, f"{40 + points}")


def test_who_waits_for_a_damaged_archive(classroom: Classroom) -> None:
    """She is in the list of those who wait, with her page, and found by the filter."""
    classroom.hand_in("ada")
    problem = Problem(label="eve.zip", candidate="eve", text=Text("eve.zip is damaged", "eve.zip 已损坏"))
    view = view_of(call_roll(classroom.close_door(problems=[problem]), Rules()))
    (matter,) = view.open

    assert {row.name: row.waits for row in view.rows} == {"ada": False, "eve": True}
    assert (matter.name, matter.exercise, matter.what) == ("eve", "", "eve.zip is damaged")
    assert matter.page == next(row.page for row in view.rows if row.name == "eve")


def test_names_are_cleaned_and_pages_are_not_named_after_them(classroom: Classroom, hostile_name: str) -> None:
    """Whatever somebody calls a folder, the page is found by a drawn id."""
    classroom.hand_in(hostile_name)
    roll = call_roll(classroom.close_door(), Rules())
    (row,) = view_of(roll).rows

    assert "U+202E" in row.name
    assert "\x1b" not in row.name
    assert row.page == page_of(roll.people[0])
    assert row.page.removeprefix("candidates/").removesuffix(".html").isalnum()


@pytest.mark.parametrize(
    ("late_s", "said"),
    [(0, ""), (20, "1 min late"), (3600, "60 min late"), (7200, "2 h late"), (200_000, "2.3 days late")],
)
def test_lateness_in_the_unit_that_reads_best(late_s: float, said: str) -> None:
    """Nothing for what was in time."""
    assert lateness(late_s, Phrase("en")) == said


def test_percentages() -> None:
    """A dash where there is none."""
    assert (percent(None), percent(0.5), percent(1 / 3)) == ("–", "50 %", "33.3 %")


def test_rules_in_both_languages(classroom: Classroom) -> None:
    """Whoever reads a score can see how it came about."""
    classroom.hand_in("ada")
    rules = Rules(
        exercises={"adder": ExerciseRules(weight=2, deadline=DUE)},
        late=LateRules(percent_per_day=10, refuse_after_days=3),
    )
    roll = call_roll(classroom.close_door(), rules)
    english, chinese = ({fact.label: fact.value for fact in view_of(roll, each).rules} for each in ("en", "zh"))

    assert english["Adding"] == "weight 2, due 2026-11-02 09:30 +0000"
    assert english["Being late"].endswith("; after 3 days nothing counts")
    assert "10 %" in chinese["迟交"]
    assert len(chinese) == len(english) == 3


def test_an_empty_gradebook_has_an_index(classroom: Classroom) -> None:
    """No chart, no rows, no fault."""
    view = view_of(call_roll(classroom.close_door(), Rules()))

    assert (view.rows, view.scores, view.attempts, view.open) == ((), None, None, ())
