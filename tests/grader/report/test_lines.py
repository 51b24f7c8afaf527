"""Reports as lines beside the code."""

from __future__ import annotations

import re

import msgspec
import pytest

from grader.model import (
    Check,
    CheckKind,
    CheckResult,
    Confidence,
    Diagnosis,
    MistakeKind,
    Outcome,
    Report,
    Text,
)
from grader.report.lines import findings, line_of, render_github, render_plain

SOURCE = b"import torch\n\nclass Layer:\n    pass\n\ndef scale(x):\n    return x\n"


def result(
    name: str, outcome: Outcome, function: str = "scale", traceback: str = "", hidden: bool = True
) -> CheckResult:
    check = Check(
        id=name,
        title=Text(en=f"Title {name}", zh=f"标题 {name}"),
        part="p",
        function=function,
        points=1,
        visibility="hidden" if hidden else "visible",
        kind=CheckKind.VALUE,
    )
    message = Text(en=f"secret of {name}", zh="秘密")
    return CheckResult(check=check, outcome=outcome, points=0, message=message, traceback=traceback)


@pytest.fixture
def report(reports: dict[str, Report]) -> Report:
    """One check of each way to fail."""
    wrong = reports["wrong"]
    diagnosis = Diagnosis(
        function="scale",
        kind=MistakeKind.VALUE,
        confidence=Confidence.EXACT,
        mistakes=("m",),
        title=Text(en="Not scaled", zh="没有缩放"),
        explanation=Text(en="Why.", zh="原因。"),
        checks=("named",),
    )
    checks = (
        result("named", Outcome.FAILED),
        result("raised", Outcome.ERRORED, traceback="line 6, in scale: x\nline 7, in scale: return x"),
        result("waiting", Outcome.NOT_ATTEMPTED, function="Layer"),
        result("passed", Outcome.PASSED),
        result("left_out", Outcome.NOT_GRADED),
    )
    return msgspec.structs.replace(wrong, submission_name="w/a.py", checks=checks, diagnoses=(diagnosis,))


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (result("a", Outcome.ERRORED, traceback="line 2, in f: x\nline 4, in g: y"), 4),
        (result("a", Outcome.FAILED), 6),
        (result("a", Outcome.FAILED, function="Layer"), 3),
        (result("a", Outcome.FAILED, function="ANALOGY"), 1),
        (result("a", Outcome.FAILED, function="scal"), 1),
        (result("a", Outcome.FAILED, function="a.*b("), 1),
    ],
)
def test_the_line_that_a_check_is_about(made: CheckResult, line: int) -> None:
    """The last of the candidate's own in a traceback, else where the function begins."""
    assert line_of(made, SOURCE) == line


def test_editors_jump_to_the_line(report: Report) -> None:
    """`path:line: kind: words`, the mistake by name, nothing of what passed or was left out; then the whole."""
    lines = render_plain(report, SOURCE, "en").splitlines()

    assert lines[:3] == [
        "w/a.py:6: error: Title named: Not scaled [named]",
        "w/a.py:7: error: Title raised: secret of raised [raised]",
        "w/a.py:3: warning: Title waiting: secret of waiting [waiting]",
    ]
    assert len(lines) == 4
    assert lines[3].startswith("w/a.py: Wrong answer ")


def test_chinese(report: Report) -> None:
    """Titles and names."""
    assert "标题 named: 没有缩放" in render_plain(report, SOURCE, "zh")


def test_hidden_checks_tell_nothing_under_assessment(report: Report) -> None:
    """Neither message nor the line that a traceback names."""
    said = render_plain(report, SOURCE, "en", "assessment")

    assert "secret" not in said
    assert "w/a.py:6: error: Title raised" in said


def test_github_shows_them_beside_the_file(report: Report) -> None:
    """What its syntax would take for its own is escaped."""
    odd = msgspec.structs.replace(report, submission_name="w/a,b:c%.py")

    first = render_github(odd, SOURCE, "en").splitlines()[0]

    assert first == "::error file=w/a%2Cb%3Ac%25.py,line=6,title=Title named [named]::Not scaled"


def test_a_line_that_is_no_number_of_a_line() -> None:
    """A traceback may be of the candidate's own making: digits without end are not read."""
    made = result("a", Outcome.ERRORED, traceback="line 2, in add: x\nline " + "9" * 6000 + ", in add: y")
    assert line_of(made, SOURCE) == 2


def test_a_line_of_a_notebook_is_counted_in_its_cell(report: Report) -> None:
    """The cell is named behind the file."""
    source = b"# %% [2]\nimport torch\n\n# %% [5]\n\ndef scale(x):\n    return x\n"
    notebook = msgspec.structs.replace(report, submission_name="a.ipynb")

    first = findings(notebook, source, "en")[0]
    assert (first.path, first.line) == ("a.ipynb#cell5", 2)


def test_nothing_of_a_hostile_report_is_obeyed(reports: dict[str, Report]) -> None:
    """No command of a build log, no escape sequence, one line each."""
    hostile = reports["hostile"]
    for said in (render_plain(hostile, b"", "en"), render_github(hostile, b"", "en")):
        assert "\x1b" not in said
        assert "\u202e" not in said
        commands = [line for line in said.splitlines() if re.match(r"\s*::", line)]
        assert all(re.match(r"::(error|warning) file=", line) for line in commands)
    assert not any(line.lstrip().startswith("::") for line in render_plain(hostile, b"", "en").splitlines())
