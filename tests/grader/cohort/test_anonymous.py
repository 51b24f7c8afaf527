"""A report without the person in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.cohort.anonymous import nameless, replace_name
from grader.model import CheckResult, Example, Report, Text

if TYPE_CHECKING:
    from conftest import Classroom


def report_on(classroom: Classroom, name: str) -> Report:
    """A report with the name in all that somebody could have written, and with a bound that is not finite."""
    classroom.hand_in(name, "", output=f"hello from {name}", mistakes=("subtracts",), ratio=1.5)
    book = classroom.close_door()
    report = book.report(book.attempts()[0].id)
    assert report is not None
    said = Text(f"'{name}' is not a number", f"‘{name}’ 不是数")
    example = Example(call="add(1, 2)", got=repr(name), where=f"in {name}")
    timing = msgspec.structs.replace(report.timing[0], high=math.inf)
    check = msgspec.structs.replace(report.checks[0], message=said, example=example)
    finding = msgspec.structs.replace(report.diagnoses[0], explanation=said, example=example)
    return msgspec.structs.replace(
        report, checks=(check, *report.checks[1:]), diagnoses=(finding,), timing=(timing,), notes=(said,)
    )


def without_words(result: CheckResult) -> CheckResult:
    return msgspec.structs.replace(result, message=Text("", ""), traceback="", example=None)


NAMES = ["Rumpelstilzchen", "王小明同学", "李雷", 'Anne "Q" \\ Lee', "Tim", "Max", "Ard", "Out"]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_nowhere(classroom: Classroom, name: str) -> None:
    """Not in the label, tracebacks, messages, examples, findings and notes, nor in what the code printed."""
    report = report_on(classroom, name)
    hidden = nameless(report, name, "#07")
    check, finding = hidden.checks[0], hidden.diagnoses[0]

    assert (hidden.submission_name, hidden.output) == ("#07", "")
    assert check.traceback == "File #07/x.py"
    assert check.message == finding.explanation == hidden.notes[0] == Text("'#07' is not a number", "‘#07’ 不是数")
    assert check.example is not None
    assert (check.example.got.strip("'"), check.example.where) == ("#07", "in #07")
    assert check.example == finding.example


@pytest.mark.parametrize("name", NAMES)
def test_nothing_else_is_touched(classroom: Classroom, name: str) -> None:
    """Ids, fields and figures hold the letters of many names: `timing`, `max_score`, a check called `hard`."""
    report = report_on(classroom, name)
    hidden = nameless(report, name, "#07")

    assert [without_words(each) for each in hidden.checks] == [without_words(each) for each in report.checks]
    assert hidden.timing == report.timing
    assert hidden.parts == report.parts
    assert [each.mistakes for each in hidden.diagnoses] == [("subtracts",)]
    assert (hidden.score, hidden.max_score, hidden.verdict) == (report.score, report.max_score, report.verdict)


def test_very_short_names_are_not_looked_for(classroom: Classroom) -> None:
    """ "al" stands in "value"; a report must stay readable. The label goes all the same."""
    report = report_on(classroom, "al")
    hidden = nameless(report, "al", "#1")

    assert hidden.diagnoses[0].title == report.diagnoses[0].title
    assert hidden.submission_name == "#1"
    assert replace_name("def attention(a): return max(a)", "a", "#1") == "def attention(a): return max(a)"


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("by ADA LOVELACE", "Ada Lovelace", "by #1"),
        ("the time limit of Tim_2, tim/sums.py", "Tim", "the time limit of #1_2, #1/sums.py"),
        ("forward(ward)", "Ward", "forward(#1)"),
        ("class LovelaceNet", "Lovelace", "class #1Net"),
        ("由李雷写成", "李雷", "由#1写成"),
        ("'Anne \\\\ Lee' and Anne \\ Lee", "Anne \\ Lee", "'#1' and #1"),
        ('{"who": "Anne \\"Q\\""}', 'Anne "Q"', '{"who": "#1"}'),
    ],
)
def test_where_a_name_is_found(text: str, name: str, left: str) -> None:
    """In capitals or not, as Python and JSON spell it; a short one only where it is a word of its own."""
    assert replace_name(text, name, "#1") == left
