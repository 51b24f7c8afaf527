"""Reading a gradebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.gradebook import Gradebook
from grader.gradebook.reading import pack, unpack
from grader.model import Outcome

Make = Callable[..., Any]
PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


@pytest.fixture
def three(graded: Make, entry: Make, report: Make) -> Gradebook:
    """Three attempts of ada's, the second the best; one of ben's."""
    entries = [
        entry("ada", "1"),
        entry("ada", "2", label="ada/sums.2.py", ordinal=2),
        entry("ada", "3", label="ada/sums.3.py", ordinal=3),
        entry("ben", "4"),
    ]
    reports = [report(FAILED, FAILED), report(PASSED, PASSED), report(PASSED, FAILED), report(PASSED, FAILED)]
    made: Gradebook = graded(entries, reports)
    return made


def test_all_latest_best(three: Gradebook) -> None:
    """Of each candidate and exercise, whoever asks chooses which attempt counts."""
    assert [(each.candidate, each.number, each.score) for each in three.attempts()] == [
        ("ada", 1, 0),
        ("ada", 2, 20),
        ("ada", 3, 10),
        ("ben", 1, 10),
    ]
    assert [(each.number, each.score) for each in three.attempts(which="latest")] == [(3, 10), (1, 10)]
    assert [(each.number, each.score) for each in three.attempts(which="best")] == [(2, 20), (1, 10)]


def test_the_best_knows_what_persons_decided(three: Gradebook) -> None:
    """Points that a person took away do not count."""
    second = three.attempts(which="best")[0]
    three.mark(second.id, "c0", 0, who="kim", why="copied")
    three.mark(second.id, "c1", 0, who="kim", why="copied")

    assert three.attempts(which="best")[0].number == 3


def test_what_no_machine_could_judge(graded: Make, entry: Make, report: Make) -> None:
    """Counted until a person has; checks that were left out ask nobody."""
    entries = [entry("ada", "1"), entry("ben", "2")]
    book = graded(entries, [report(FAILED, Outcome.NEEDS_PERSON, Outcome.TOO_NOISY), report(Outcome.NOT_GRADED)])
    ada = book.attempts()[0].id

    assert book.open_checks() == {ada: 2}
    book.mark(ada, "c1", 5, who="kim", why="half")
    book.mark(ada, "c1", 6, who="kim", why="a bit more")
    assert book.open_checks() == {ada: 1}
    book.mark(ada, "c2", 0, who="kim", why="slow")
    assert book.open_checks() == {ada: 0}


def test_equals_the_earliest_is_best(graded: Make, entry: Make, report: Make) -> None:
    """Who was right the first time was right the first time."""
    entries = [entry("ada", "1"), entry("ada", "2", at="2027")]
    book = graded(entries, [report(PASSED), report(PASSED)])

    assert [each.number for each in book.attempts(which="best")] == [1]


@pytest.mark.parametrize("which", ["latest", "best"])
def test_what_has_no_report_is_not_chosen_over_what_has(
    graded: Make, entry: Make, report: Make, plan: Make, which: Any
) -> None:
    """A third attempt waits; the second is still the one to be shown. Alone, it is shown waiting."""
    book = graded([entry("ada", "1")], [report(PASSED)])
    book.take_in([entry("ada", "2", at="2027"), entry("ben", "3")])
    book.want(plan())

    chosen = book.attempts(which=which)

    assert [(each.candidate, each.number, each.state) for each in chosen] == [
        ("ada", 1, "graded"),
        ("ben", 1, "waiting"),
    ]


def test_attempts_are_numbered_by_suffix_then_time(book: Gradebook, entry: Make) -> None:
    """Whatever the order in which they were taken in."""
    book.take_in([entry("ada", "late", at="2027"), entry("ada", "two", ordinal=2, at="2020"), entry("ada", "early")])

    sources = [book.submission(each.id).source for each in book.attempts()]

    assert sources == [b"early", b"late", b"two"]


def test_a_person_is_found_by_name_or_opaque_id(three: Gradebook) -> None:
    """Opaque ids are safe in file names and say nothing of the name."""
    ada = three.candidate("ada")
    assert ada is not None
    assert three.candidate(ada.opaque) == ada
    assert three.candidate("nobody") is None
    assert ada.opaque.isalnum()
    assert len({each.opaque for each in three.candidates()}) == 2


def test_rows_of_some_attempts_only(three: Gradebook) -> None:
    """None asks for all, an empty list for none."""
    first = three.attempts()[0].id

    assert {row.attempt_id for row in three.checks([first])} == {first}
    assert three.checks([]) == []
    assert len(three.checks()) == 8


def test_of_one_exercise_and_one_person(three: Gradebook) -> None:
    """Both filters hold together."""
    ben = three.candidate("ben")
    assert ben is not None

    assert [each.candidate for each in three.attempts(exercise="sums", candidate_id=ben.id)] == ["ben"]
    assert three.attempts(exercise="other") == []
    assert three.exercises() == ["sums"]


def test_there_is_no_such_attempt(book: Gradebook) -> None:
    """One that is not there has no report, and cannot be had."""
    assert book.report(99) is None
    with pytest.raises(KeyError):
        book.attempt(99)
    with pytest.raises(KeyError):
        book.submission(99)


def test_a_report_comes_back_as_it_was(report: Make) -> None:
    """Nothing is lost on the way, a bound that is not finite included."""
    whole = report(PASSED, FAILED, diagnoses=(("minus",),), ratio=1.5)

    assert unpack(pack(whole)) == whole
