"""Who has what: the attempt that counts, its worth after lateness and decisions, totals, and numbers for names."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from grader.cohort.roll import Person, call_roll, moment
from grader.cohort.rules import ExerciseRules, LateRules, Rules
from grader.gradebook import Gradebook, Problem
from grader.model import Text, Verdict

if TYPE_CHECKING:
    from conftest import Classroom

DUE = datetime.datetime(2026, 11, 2, 12, tzinfo=datetime.UTC)
LATE_RULES = Rules(exercises={"adder": ExerciseRules(deadline=DUE, weight=3)}, late=LateRules(percent_per_day=50))


def person(book: Gradebook, name: str, rules: Rules = Rules()) -> Person:  # noqa: B008  frozen
    return next(each for each in call_roll(book, rules).people if each.name == name)


def test_the_best_attempt_counts_or_the_latest(classroom: Classroom) -> None:
    """As the rules say; of equals the earliest."""
    classroom.hand_in("ada", "easy", ordinal=1, at="2026-11-02T10:00:00+00:00")
    classroom.hand_in("ada", "easy middle", ordinal=2, at="2026-11-02T11:00:00+00:00")
    classroom.hand_in("ada", "easy middle", ordinal=3, at="2026-11-02T11:30:00+00:00")
    classroom.hand_in("ada", "", ordinal=4, at="2026-11-02T11:40:00+00:00")
    book = classroom.close_door()
    best, latest = (person(book, "ada", Rules(count=count)).results["adder"] for count in ("best", "latest"))

    assert (best.attempt.number, best.credit, best.attempts) == (2, 0.4, 4)
    assert (latest.attempt.number, latest.credit) == (4, 0.0)


def test_best_is_after_lateness(classroom: Classroom) -> None:
    """A worse attempt in time beats a better one that lost more by being late."""
    classroom.hand_in("ada", "easy middle", ordinal=1, at="2026-11-02T11:00:00+00:00")
    classroom.hand_in("ada", "hard", ordinal=2, at="2026-11-02T13:00:00+00:00")
    book = classroom.close_door()
    result = person(book, "ada", LATE_RULES).results["adder"]

    assert (result.attempt.number, result.credit, result.late_s) == (1, 0.4, 0)
    assert person(book, "ada").results["adder"].attempt.number == 2


def test_what_waits_makes_no_attempt_the_best(classroom: Classroom) -> None:
    """Forty points of a hundred are more than ten of ten, whatever share of the decided ones that is."""
    classroom.hand_in("ada", "easy middle", ordinal=1)
    classroom.hand_in("ada", "easy", open_="middle hard", ordinal=2)
    classroom.hand_in("ben", "easy", ordinal=1)
    classroom.hand_in("ben", "easy", open_="middle hard", ordinal=2)
    book = classroom.close_door()

    assert (person(book, "ada").results["adder"].attempt.number, person(book, "ada").total) == (1, 0.4)
    assert (person(book, "ben").results["adder"].attempt.number, person(book, "ben").total) == (1, 0.1)


def test_a_decision_of_a_person_counts(classroom: Classroom) -> None:
    """It moves the score, and what was open counts once it is decided."""
    classroom.hand_in("ada", "easy", open_="hard")
    book = classroom.close_door()
    assert person(book, "ada").results["adder"].credit == 0.25
    book.mark(book.attempts()[0].id, "hard", 30, who="kim", why="right idea")
    result = person(book, "ada").results["adder"]

    assert result.credit == 0.4
    assert [(each.who, each.points) for each in result.overrides] == [("kim", 30)]


def test_what_persons_decided_is_in_the_verdict(classroom: Classroom) -> None:
    """Also of an attempt that does not count; a part of the points is no pass; what is still open stays open."""
    classroom.hand_in("ada", "easy middle", open_="hard")
    classroom.hand_in("ben", "easy", open_="middle hard", ordinal=1)
    classroom.hand_in("ben", "easy middle hard", ordinal=2)
    classroom.hand_in("eve", "easy", open_="middle hard")
    book = classroom.close_door()
    ada, ben, best, eve = (each.id for each in book.attempts())
    book.mark(ada, "hard", 60, who="kim", why="right")
    book.mark(ben, "middle", 30, who="kim", why="right")
    book.mark(ben, "hard", 20, who="kim", why="a third of it")
    book.mark(eve, "hard", 0, who="kim", why="wrong")

    assert {each.id: each.final_verdict for each in book.attempts()} == {
        ada: Verdict.ACCEPTED,
        ben: Verdict.WRONG_ANSWER,
        best: Verdict.ACCEPTED,
        eve: Verdict.WRONG_ANSWER,
    }
    assert book.attempt(ada).verdict is Verdict.NEEDS_PERSON
    book.mark(eve, "hard", 60, who="kim", why="after all")
    assert book.attempt(eve).final_verdict is Verdict.NEEDS_PERSON  # `middle` is open still


def test_what_could_not_be_taken_in(classroom: Classroom) -> None:
    """It stands with whom it belongs to, in words without names where nobody is to be named."""
    classroom.hand_in("ada")
    mine = Problem(label="eve.zip", candidate="eve", text=Text("eve.zip is damaged", "eve.zip 已损坏"))
    stray = Problem(label="x.rar", candidate="", text=Text("x.rar says nothing", "x.rar 无法识别"))
    book = classroom.close_door(problems=[mine, stray])
    roll, anonymous = (call_roll(book, Rules(), anonymous=each) for each in (False, True))

    assert {each.name: (each.total, each.problems) for each in roll.people} == {
        "ada": (1.0, ()),
        "eve": (0.0, (mine.text,)),
    }
    assert roll.strays == (stray,)
    assert anonymous.strays == ()
    assert sum(len(each.problems) for each in anonymous.people) == 1
    assert "eve" not in str(anonymous)


def test_totals(classroom: Classroom) -> None:
    """Weighted means; what was not handed in counts nothing, what nobody could decide is left out."""
    classroom.hand_in("ada", "easy middle hard")
    classroom.hand_in("ada", "", exercise="other")
    classroom.hand_in("ben", "easy middle hard")
    classroom.hand_in("eve", "easy middle hard")
    classroom.hand_in("eve", "", exercise="other", open_="easy middle hard")
    roll = call_roll(classroom.close_door(), Rules(exercises={"adder": ExerciseRules(weight=3)}))

    assert {each.name: each.total for each in roll.people} == {"ada": 0.75, "ben": 0.75, "eve": 1.0}
    assert [each.slug for each in roll.subjects] == ["adder", "other"]


def test_what_waits_to_be_graded_is_open(classroom: Classroom) -> None:
    """It has no credit, and does not pull the total down."""
    classroom.hand_in("ada")
    result = person(classroom.close_door(graded=False), "ada")

    assert result.results["adder"].credit is None
    assert result.total is None


def test_numbers_for_names(classroom: Classroom, hostile_name: str) -> None:
    """No name, no label and no order of the folder is left; numbers hold from one report to the next."""
    for name in ("ada", "ben", "chen", hostile_name):
        classroom.hand_in(name)
    book = classroom.close_door()
    roll, again = (call_roll(book, Rules(), anonymous=True) for _ in range(2))

    assert roll == again
    assert sorted(each.name for each in roll.people) == ["#01", "#02", "#03", "#04"]
    assert not [name for name in ("ada", "ben", "chen", "evil") if name in str(roll)]
    by_id = {each.id: each.opaque for each in book.candidates()}
    assert [each.id for each in roll.people] == sorted(by_id, key=lambda each: by_id[each])


def test_reasons_name_nobody_either(classroom: Classroom) -> None:
    """Whoever writes why they decided writes of whom."""
    classroom.hand_in("Rumpelstilzchen", open_="hard")
    book = classroom.close_door()
    book.mark(book.attempts()[0].id, "hard", 5, who="kim", why="rumpelstilzchen explained it")
    (anonymous,) = call_roll(book, Rules(), anonymous=True).people
    (named,) = call_roll(book, Rules()).people

    assert [each.why for each in anonymous.results["adder"].overrides] == ["#01 explained it"]
    assert [each.why for each in named.results["adder"].overrides] == ["rumpelstilzchen explained it"]


@pytest.mark.parametrize("stamp", ["", "yesterday", "2026-13-01"])
def test_stamps_that_are_none(stamp: str) -> None:
    """They stand at the beginning of time: never late."""
    assert moment(stamp).year == 1
    assert moment("2026-11-02T10:00:00").tzinfo is datetime.UTC
