"""A candidate's page: what counts, every attempt, what a person decided."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from grader.cohort.person_view import person_view
from grader.cohort.roll import call_roll
from grader.cohort.rules import ExerciseRules, LateRules, Rules
from grader.cohort.view import PersonView
from grader.gradebook import Gradebook
from grader.report.phrase import Phrase

if TYPE_CHECKING:
    from conftest import Classroom

RULES = Rules(
    exercises={"adder": ExerciseRules(deadline=datetime.datetime(2026, 11, 2, 12, tzinfo=datetime.UTC))},
    late=LateRules(percent_per_day=20),
)


def view_of(book: Gradebook, name: str, rules: Rules = RULES) -> PersonView:
    roll = call_roll(book, rules)
    person = next(each for each in roll.people if each.name == name)
    tries = [each for each in roll.attempts if each.candidate_id == person.id]
    reports = [(slug, book.report(result.attempt.id)) for slug, result in person.results.items()]
    return person_view(person, roll, tries, [(a, b) for a, b in reports if b is not None], (), Phrase("en"))


def test_attempts_and_lateness(classroom: Classroom) -> None:
    """Each attempt with its time; the one that counts is marked; what lateness took is said."""
    classroom.hand_in("ada", "easy", ordinal=1)
    classroom.hand_in("ada", "easy middle hard", ordinal=2, at="2026-11-02T15:00:00+00:00")
    classroom.hand_in("ben", exercise="other")
    view = view_of(classroom.close_door(), "ada")
    adder, other = view.standings

    assert [(each.number, each.counts, each.late) for each in view.tries] == [(1, False, ""), (2, True, "3 h late")]
    assert (adder.points, adder.late, adder.percent) == ("100 / 100", "3 h late: 80 % kept", "80 %")
    assert (other.points, other.percent, other.anchor) == ("not handed in", "0 %", "")
    assert view.total == "40 %"
    assert [report.anchor for report in view.reports] == [adder.anchor]


def test_lateness_that_cost_nothing(classroom: Classroom) -> None:
    """It is said, without a word on what was kept: all was."""
    classroom.hand_in("ada", at="2026-11-02T15:00:00+00:00")
    grace = Rules(exercises=RULES.exercises, late=LateRules(percent_per_day=20, grace_minutes=300))
    (standing,) = view_of(classroom.close_door(), "ada", grace).standings

    assert (standing.late, standing.percent) == ("3 h late", "100 %")


def test_every_attempt_has_its_verdict_with_what_was_decided(classroom: Classroom) -> None:
    """Also one that does not count."""
    classroom.hand_in("ada", "easy middle", open_="hard", ordinal=1)
    classroom.hand_in("ada", "easy middle hard", ordinal=2)
    book = classroom.close_door()
    book.mark(book.attempts()[0].id, "hard", 20, who="kim", why="a third of it")

    assert [(each.word, each.counts) for each in view_of(book, "ada").tries] == [
        ("Wrong answer", False),
        ("Accepted", True),
    ]


def test_decisions_are_shown_with_who_and_why(classroom: Classroom) -> None:
    """Those that a later one replaced too; nothing in them acts."""
    classroom.hand_in("ada", "easy", open_="hard")
    book = classroom.close_door()
    attempt = book.attempts()[0].id
    book.mark(attempt, "hard", 10, who="kim", why="first look")
    book.mark(attempt, "hard", 60, who="lee\x1b", why="second\nlook")
    (standing,) = view_of(book, "ada").standings

    assert [(each.points, each.who, each.why) for each in standing.decisions] == [
        ("10", "kim", "first look"),
        ("60", "lee\\x1b", "second\nlook"),
    ]
    assert standing.decisions[0].check == "The hard one"
    assert standing.points == "70 / 100"


def test_what_waits(classroom: Classroom) -> None:
    """It is said on the candidate's own page too."""
    classroom.hand_in("ada", "easy", open_="hard")

    assert [each.what for each in view_of(classroom.close_door(), "ada").open] == ["hard: needs a person"]


def test_times_are_drawn_where_they_are_in_question(classroom: Classroom) -> None:
    """Over the budget there is a chart; within it the sentence and the table are enough."""
    classroom.hand_in("ada", ratio=1.2)
    classroom.hand_in("ben", ratio=4.5)
    book = classroom.close_door()
    drawn = {name: view_of(book, name).reports[0].timing[0] for name in ("ada", "ben")}

    assert drawn["ada"].chart is None
    assert "1.20×" in drawn["ada"].sentence
    assert drawn["ben"].chart is not None
