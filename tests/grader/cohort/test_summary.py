"""What a cohort adds up to."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from grader.cohort import summary
from grader.cohort.roll import Roll, call_roll
from grader.cohort.rules import Rules
from grader.gradebook import Problem
from grader.model import Confidence, Text

if TYPE_CHECKING:
    from conftest import Classroom


def roll_of(classroom: Classroom) -> Roll:
    return call_roll(classroom.close_door(), Rules())


def test_a_distribution_has_everybody_in_it_once() -> None:
    """Edges belong to the tenth that they begin, the full score to the last; rounding does not push anybody down."""
    shares = [0.0, 0.0999, 0.1, 0.3, 0.7, 0.1 + 0.2, 0.99, 1.0, 1.0, None]

    assert summary.distribution(shares) == (2, 1, 0, 2, 0, 0, 0, 1, 0, 3)


def test_parts(classroom: Classroom) -> None:
    """The mean share of the points, and how many won all; what is open counts for neither."""
    classroom.hand_in("ada", "easy middle hard")
    classroom.hand_in("ben", "easy middle")
    classroom.hand_in("eve", "", open_="middle hard")
    roll = roll_of(classroom)
    first, second = summary.part_rates(roll.subjects[0], summary.results_of(roll, "adder"))

    assert (first.share, first.whole, first.answers) == (pytest.approx(2 / 3), 2, 3)
    assert (second.share, second.whole, second.answers) == (pytest.approx((1 + 1 / 3) / 2), 1, 2)


def test_mistakes_by_how_many_made_them(classroom: Classroom) -> None:
    """The commonest first; one of several is only perhaps; what nothing explains is last."""
    classroom.hand_in("ada", "easy", mistakes=("skips_last",))
    classroom.hand_in("ben", "easy", mistakes=("skips_last", "subtracts"))
    classroom.hand_in("eve", "easy", mistakes=("subtracts",), confidence=Confidence.SEVERAL)
    for name in ("x", "y", "z"):
        classroom.hand_in(name, "easy", mistakes=("",), confidence=Confidence.SYMPTOM)
    roll = roll_of(classroom)
    rows = summary.mistake_rows(roll, roll.subjects[0])
    opaque = {person.name: person.opaque for person in roll.people}

    assert [(row.mistake, len(row.who), len(row.perhaps)) for row in rows] == [
        ("skips_last", 2, 0),
        ("subtracts", 1, 1),
        ("", 3, 0),
    ]
    assert rows[1].who == (opaque["ben"],)
    assert rows[1].perhaps == (opaque["eve"],)


def test_ratios(classroom: Classroom) -> None:
    """Sorted, with what was over and what was not settled."""
    for number, ratio in enumerate((2.0, 0.9, 7.5, 1.1)):
        classroom.hand_in(f"p{number}", ratio=ratio)
    roll = roll_of(classroom)
    (found,) = summary.ratios_of(roll.subjects[0], summary.results_of(roll, "adder"))

    assert (found.ratios, found.budget, found.over, found.unsettled) == ((0.9, 1.1, 2.0, 7.5), 3.0, 1, 0)
    assert found.median == pytest.approx(1.55)


@pytest.mark.parametrize(
    ("times", "step", "counts"),
    [
        (["2026-11-02T10:05:00+00:00", "2026-11-02T10:55:00+00:00", "2026-11-02T12:00:00+00:00"], 3600, [2, 0, 1]),
        (["2026-11-02T10:05:00+00:00", "2026-11-05T01:00:00+00:00"], 86_400, [1, 0, 0, 1]),
        (["2026-01-01T00:00:00+00:00", "2026-12-31T00:00:00+00:00"], 7 * 86_400, [1, *[0] * 51, 1]),
    ],
)
def test_attempts_over_time(classroom: Classroom, times: list[str], step: int, counts: list[int]) -> None:
    """By the hour, by the day, or by as many days as keep it readable; empty spans are there too."""
    for ordinal, at in enumerate(times, 1):
        classroom.hand_in("ada", at=at, ordinal=ordinal)
    spans = summary.spans(roll_of(classroom))

    assert [span.attempts for span in spans] == counts
    assert spans[1].start - spans[0].start == datetime.timedelta(seconds=step)


def test_no_attempts_no_spans(classroom: Classroom) -> None:
    """An empty gradebook has no time."""
    assert summary.spans(roll_of(classroom)) == ()


def test_what_waits_for_a_person(classroom: Classroom) -> None:
    """Open checks until somebody decides, and whatever could not be graded."""
    classroom.hand_in("ada", "easy", open_="middle hard")
    classroom.hand_in("ben", "easy")
    book = classroom.close_door()
    ada = next(each for each in book.attempts() if each.candidate == "ada")
    book.mark(ada.id, "hard", 60, who="kim", why="seen")
    roll = call_roll(book, Rules())
    (matter,) = summary.open_matters(roll)

    assert matter.what.en == "middle: needs a person"
    assert {person.name: summary.needing(person) for person in roll.people} == {"ada": True, "ben": False}
    book.mark(ada.id, "middle", 0, who="kim", why="seen")
    assert summary.open_matters(call_roll(book, Rules())) == ()


def test_which_attempt_waits(classroom: Classroom) -> None:
    """Where there are several, the one that counts is named, so that it can be marked."""
    classroom.hand_in("ada", "easy middle", open_="hard", ordinal=1)
    classroom.hand_in("ada", "easy", open_="hard", ordinal=2)
    (matter,) = summary.open_matters(roll_of(classroom))

    assert matter.what.en == "hard: needs a person (attempt 1)"


def test_a_fault_of_a_later_grading_is_no_secret(classroom: Classroom) -> None:
    """The earlier report is still shown, and said to be one; what it leaves open can be decided all the same."""
    classroom.hand_in("ada", "easy", open_="hard")
    classroom.close_door()
    roll = call_roll(classroom.fail_anew(), Rules())

    assert roll.people[0].results["adder"].credit == 0.25
    assert [each.what.en for each in summary.open_matters(roll)] == [
        "it broke",
        "hard: needs a person",
        "What is shown is the report of an earlier grading; this attempt waits to be graded anew.",
    ]


def test_a_fault_of_the_first_grading(classroom: Classroom) -> None:
    """There is nothing but the fault."""
    classroom.hand_in("ada", "easy", open_="hard")
    classroom.close_door(graded=False)

    assert [each.what.en for each in summary.open_matters(call_roll(classroom.fail_anew(), Rules()))] == ["it broke"]


def test_what_could_not_be_taken_in_waits(classroom: Classroom) -> None:
    """With whom it belongs to; what belongs to nobody comes last."""
    classroom.hand_in("zoe")
    mine = Problem(label="eve.zip", candidate="eve", text=Text("eve.zip is damaged", "eve.zip 已损坏"))
    stray = Problem(label="x.rar", candidate="", text=Text("x.rar says nothing", "x.rar 无法识别"))
    roll = call_roll(classroom.close_door(problems=[stray, mine]), Rules())
    opaque = {person.name: person.opaque for person in roll.people}

    assert [(each.person, each.what) for each in summary.open_matters(roll)] == [
        (opaque["eve"], mine.text),
        ("", stray.text),
    ]
    assert {person.name: summary.needing(person) for person in roll.people} == {"eve": True, "zoe": False}


def test_what_was_not_graded_waits(classroom: Classroom) -> None:
    """An interrupted batch is seen on the page."""
    classroom.hand_in("ada")
    (matter,) = summary.open_matters(call_roll(classroom.close_door(graded=False), Rules()))

    assert matter.what.en == "This attempt waits to be graded."
