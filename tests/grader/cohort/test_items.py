"""Item analysis, against figures worked out another way."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

import pytest

from grader.cohort.items import LEAST_ANSWERS, items_of, point_biserial
from grader.cohort.roll import call_roll
from grader.cohort.rules import Rules
from grader.cohort.summary import results_of

if TYPE_CHECKING:
    from conftest import Classroom


def by_hand(passed: list[bool], rest: list[float]) -> float:
    """(mean of those who passed - mean of those who did not) / deviation * sqrt(p q): the textbook's formula."""
    yes = [value for value, did in zip(rest, passed, strict=True) if did]
    no = [value for value, did in zip(rest, passed, strict=True) if not did]
    share = len(yes) / len(passed)
    spread = statistics.pstdev(rest)
    return (statistics.mean(yes) - statistics.mean(no)) / spread * math.sqrt(share * (1 - share))


def test_the_point_biserial_is_the_textbooks() -> None:
    """Between -1 and 1, and the same as by the formula."""
    passed = [True, False, True, True, False, False, True, False]
    rest = [9.0, 4.0, 7.0, 8.0, 6.0, 1.0, 5.0, 3.0]

    assert point_biserial(passed, rest) == pytest.approx(by_hand(passed, rest))
    assert point_biserial([not each for each in passed], rest) == pytest.approx(-by_hand(passed, rest))


@pytest.mark.parametrize(
    ("passed", "rest"),
    [([True] * 9, [1.0, 2.0, 3.0] * 3), ([True, False, True] * 3, [5.0] * 9), ([True, False], [1.0, 2.0])],
)
def test_no_figure_where_there_is_none(passed: list[bool], rest: list[float]) -> None:
    """All alike, or too few."""
    assert point_biserial(passed, rest) is None


def test_the_items_of_a_class(classroom: Classroom) -> None:
    """Difficulty, discrimination on the rest of the score, and checks that tell nothing."""
    won = ["easy middle", "easy middle", "easy middle", "easy", "easy", "easy middle"]
    for number, each in enumerate(won):
        classroom.hand_in(f"p{number}", each)
    roll = call_roll(classroom.close_door(), Rules())
    easy, middle, hard = items_of(roll.subjects[0], results_of(roll, "adder"))

    assert [each.check for each in (easy, middle, hard)] == ["easy", "middle", "hard"]
    assert [each.remark for each in (easy, middle, hard)] == ["everybody", "", "nobody"]
    assert (middle.passed, middle.answers, middle.max_points) == (4, 6, 30)
    assert middle.difficulty == pytest.approx(4 / 6)
    assert middle.discrimination is None  # the rest of the score is 10 for all: nothing to go with
    assert easy.title.en == "The easy one"


def test_open_checks_are_left_out_and_decided_ones_are_in(classroom: Classroom) -> None:
    """A check that nobody has judged is no failure; half of its points are half of its difficulty."""
    for number in range(LEAST_ANSWERS):
        classroom.hand_in(f"p{number}", "easy middle")
    classroom.hand_in("open", "easy", open_="middle")
    classroom.hand_in("half", "easy", open_="middle")
    book = classroom.close_door()
    half = next(each for each in book.attempts() if each.candidate == "half")
    book.mark(half.id, "middle", 15, who="kim", why="half right")
    roll = call_roll(book, Rules())
    middle = items_of(roll.subjects[0], results_of(roll, "adder"))[1]

    assert (middle.answers, middle.passed) == (LEAST_ANSWERS + 1, LEAST_ANSWERS)
    assert middle.difficulty == pytest.approx((LEAST_ANSWERS + 0.5) / (LEAST_ANSWERS + 1))


def test_a_check_that_misleads_is_marked(classroom: Classroom) -> None:
    """Those who pass it are the weaker ones."""
    for number in range(4):
        classroom.hand_in(f"strong{number}", "easy hard")
        classroom.hand_in(f"weak{number}", "easy middle" if number else "middle")
    roll = call_roll(classroom.close_door(), Rules())
    remarks = {each.check: each.remark for each in items_of(roll.subjects[0], results_of(roll, "adder"))}

    assert remarks["middle"] == "backwards"


def test_rounding_is_no_difference(classroom: Classroom) -> None:
    """The same rest of the score stays the same where points are no binary fractions."""
    for number in range(8):
        classroom.hand_in(f"p{number}", "easy middle hard")
    book = classroom.close_door()
    for number, attempt in enumerate(book.attempts()):
        book.mark(attempt.id, "easy", 0.1, who="kim", why="x")
        book.mark(attempt.id, "middle", 0.2, who="kim", why="x")
        book.mark(attempt.id, "hard", 60 if number % 2 else 0.3, who="kim", why="x")
    roll = call_roll(book, Rules())
    hard = items_of(roll.subjects[0], results_of(roll, "adder"))[2]

    assert (hard.passed, hard.discrimination, hard.remark) == (4, None, "")


def test_too_few_answers_carry_no_remark(classroom: Classroom) -> None:
    """Two people who both pass say nothing about a check."""
    classroom.hand_in("ada")
    classroom.hand_in("ben")
    roll = call_roll(classroom.close_door(), Rules())

    assert {each.remark for each in items_of(roll.subjects[0], results_of(roll, "adder"))} == {""}
