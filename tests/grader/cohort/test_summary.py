"""What a cohort adds up to."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from grader.cohort import summary
from grader.cohort.roll import Roll, call_roll
from grader.cohort.rules import Rules
from grader.model import Confidence

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


def test_what_was_not_graded_waits(classroom: Classroom) -> None:
    """An interrupted batch is seen on the page."""
    classroom.hand_in("ada")
    (matter,) = summary.open_matters(call_roll(classroom.close_door(graded=False), Rules()))

    assert matter.what.en == "This attempt waits to be graded."
