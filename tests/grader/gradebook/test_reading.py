"""Reading a gradebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader.gradebook import Gradebook
from grader.model import Outcome, Verdict

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


def test_attempts_in_order(three: Gradebook) -> None:
    """By candidate, exercise and number."""
    assert [(each.candidate, each.number, each.score) for each in three.attempts()] == [
        ("ada", 1, 0),
        ("ada", 2, 20),
        ("ada", 3, 10),
        ("ben", 1, 10),
    ]


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


def test_what_persons_decided_is_in_score_and_verdict(graded: Make, entry: Make, report: Make) -> None:
    """What they decided counts instead of what was found; what was found is there still."""
    book = graded([entry("ada", "1")], [report(PASSED, Outcome.NEEDS_PERSON, FAILED)])
    ada = book.attempts()[0].id
    before = book.attempt(ada)
    book.mark(ada, "c1", 10, who="kim", why="right")
    book.mark(ada, "c2", 10, who="kim", why="right")
    after = book.attempt(ada)

    assert (before.final_verdict, before.final_score, before.final_max_score) == (Verdict.WRONG_ANSWER, 10, 20)
    assert (after.final_verdict, after.final_score, after.final_max_score) == (Verdict.ACCEPTED, 30, 30)
    assert (after.verdict, after.score, after.max_score) == (Verdict.WRONG_ANSWER, 10, 20)


def test_a_file_that_cannot_be_imported_stays_one(graded: Make, entry: Make, report: Make) -> None:
    """Unless a person gives it everything."""
    broken = msgspec.structs.replace(report(Outcome.ERRORED, Outcome.ERRORED), verdict=Verdict.IMPORT_ERROR)
    book = graded([entry("ada", "1")], [broken])
    ada = book.attempts()[0].id
    verdicts = []
    for check in ("c0", "c1"):
        book.mark(ada, check, 10, who="kim", why="a slip of the name")
        verdicts.append(book.attempt(ada).final_verdict)

    assert verdicts == [Verdict.IMPORT_ERROR, Verdict.ACCEPTED]


def test_a_decision_never_counts_more_than_the_check_has(graded: Make, entry: Make, report: Make, plan: Make) -> None:
    """It stands when the exercise is new, as it was written; nobody gets more than there is."""
    book = graded([entry("ada", "1")], [report(PASSED, FAILED)])
    ada = book.attempts()[0].id
    book.mark(ada, "c1", 10, who="kim", why="right")
    smaller = report(PASSED, FAILED)
    checks = [
        msgspec.structs.replace(each, check=msgspec.structs.replace(each.check, points=4)) for each in smaller.checks
    ]
    checks[0] = msgspec.structs.replace(checks[0], points=4)
    book.want(plan("v2"))
    for due in book.due():
        book.record(due.key, msgspec.structs.replace(smaller, checks=tuple(checks), score=4, max_score=8))

    assert (book.attempt(ada).final_score, book.attempt(ada).final_max_score) == (8, 8)
    assert [each.final_points for each in book.checks([ada])] == [4, 4]
    assert [each.points for each in book.overrides([ada])] == [10]


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


@pytest.mark.parametrize("typed", ["Ren\u00e9", "Rene\u0301", " Rene\u0301 "])
def test_a_name_is_found_in_whichever_form_it_was_typed(book: Gradebook, entry: Make, typed: str) -> None:
    """Names are kept in one of Unicode's forms; keyboards and file systems have others."""
    book.take_in([entry("Ren\u00e9"), entry(" ")])

    found = book.candidate(typed)

    assert found is not None
    assert found.name == "Ren\u00e9"
    assert book.candidate(" ") is not None


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
