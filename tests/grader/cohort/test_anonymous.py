"""A report without the person in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.cohort.anonymous import nameless, replace_name

if TYPE_CHECKING:
    from conftest import Classroom


@pytest.mark.parametrize("name", ["Rumpelstilzchen", "王小明同学", 'Anne "Q" \\ Lee'])
def test_the_name_is_nowhere(classroom: Classroom, name: str) -> None:
    """Not in the label, the tracebacks, nor in what the code printed."""
    classroom.hand_in(name, "", output=f"hello from {name}")
    book = classroom.close_door()
    report = book.report(book.attempts()[0].id)
    assert report is not None
    assert name in report.checks[0].traceback
    hidden = nameless(report, name, "#07")
    written = msgspec.json.encode(hidden).decode()

    assert msgspec.json.encode(name).decode()[1:-1] not in written
    assert hidden.submission_name == "#07"
    assert "#07" in hidden.checks[0].traceback
    assert hidden.score == report.score


def test_short_names_are_not_looked_for_inside_words(classroom: Classroom) -> None:
    """ "al" stands in "value"; a report must stay readable. The label goes all the same."""
    classroom.hand_in("al", "")
    book = classroom.close_door()
    report = book.report(book.attempts()[0].id)
    assert report is not None
    hidden = nameless(report, "al", "#1")

    assert hidden.exercise_title.en == "Adding"
    assert hidden.submission_name == "#1"


def test_capitals_make_no_difference() -> None:
    """People write themselves in many ways."""
    assert replace_name("by ADA LOVELACE", "Ada Lovelace", "#1") == "by #1"
