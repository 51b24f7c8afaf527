"""What a watcher sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader.cli.watchscreen import Screen, Seen, change_lines, plain_line
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
    Verdict,
)
from grader.practice.watching import change_between

STATE = Text(en="now", zh="现在")


def result(name: str, outcome: Outcome, message: str = "Expected 1, got 2.") -> CheckResult:
    check = Check(
        id=name,
        title=Text(en=f"Title {name}", zh=f"标题 {name}"),
        part="attention",
        function="f",
        points=10,
        visibility="hidden",
        kind=CheckKind.VALUE,
    )
    points = 10.0 if outcome is Outcome.PASSED else 0.0
    return CheckResult(check=check, outcome=outcome, points=points, message=Text(en=message, zh=message))


@pytest.fixture
def report(made_report: Callable[..., Report]) -> Report:
    """Two checks fail, one of them by a mistake that has a name."""
    diagnosis = Diagnosis(
        function="f",
        kind=MistakeKind.VALUE,
        confidence=Confidence.EXACT,
        mistakes=("m",),
        title=Text(en="Not scaled", zh="没有缩放"),
        explanation=Text(en="Divide by sqrt(d).", zh="要除以 sqrt(d)。"),
        checks=("a",),
    )
    checks = (result("a", Outcome.FAILED), result("b", Outcome.FAILED, "\x1b[2J other"), result("c", Outcome.PASSED))
    return msgspec.structs.replace(made_report(), checks=checks, diagnoses=(diagnosis,))


def drawn(seen: Seen, capsys: pytest.CaptureFixture[str], language: Any = "en") -> str:
    Screen(language).draw(seen)
    return capsys.readouterr().out


def test_the_first_thing_to_fix_stands_with_its_diagnosis(report: Report, capsys: Any) -> None:
    """Verdict, name of the mistake, why, and the keys; `n` turns to the next thing."""
    first = drawn(Seen(file="f.py", state=STATE, report=report), capsys)
    for words in ("f.py", "now", "Wrong answer", "40 / 100", "1 of 2", "Not scaled", "Divide by sqrt(d)", "q quit"):
        assert words in first

    second = drawn(Seen(file="f.py", state=STATE, report=report, at=1), capsys)
    assert "2 of 2" in second
    assert "Title b" in second
    assert "Not scaled" not in second
    assert drawn(Seen(file="f.py", state=STATE, report=report, at=2), capsys) == first


def test_what_a_candidate_returns_cannot_draw(report: Report, capsys: Any) -> None:
    """Its escape sequences are shown, not obeyed."""
    assert "\x1b[2J other" not in drawn(Seen(file="f\x1b[31m.py", state=STATE, report=report, at=1), capsys)


def test_a_tiny_terminal_shows_the_top(report: Report, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more lines than it has; what was asked for stands before what is always there."""
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("LINES", "6")

    page = drawn(Seen(file="f.py", state=STATE, report=report, said=(Text(en="A hint.", zh="提示。"),)), capsys)

    assert page.count("\n") <= 5
    assert "Wrong answer" in page
    assert "A hint." in page


def test_a_small_terminal_shows_what_to_fix(report: Report, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the save changed gives way, and so does the path; a hint that was asked for comes before all."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "9")
    broken = [result(each, Outcome.FAILED) for each in "abcdef"]
    before = msgspec.structs.replace(
        report, checks=tuple(msgspec.structs.replace(each, outcome=Outcome.PASSED) for each in broken)
    )
    after = msgspec.structs.replace(report, checks=tuple(broken))
    seen = Seen(file=f"/{'long/' * 20}f.py", state=STATE, report=after, change=change_between(before, after))

    rows = drawn(seen, capsys).split("\n")

    assert len(rows) <= 8
    assert any(row.endswith("f.py  now") for row in rows)
    assert any("Not scaled" in row for row in rows)
    assert "long/" not in "".join(rows)
    hinted = drawn(msgspec.structs.replace(seen, said=(Text(en="A hint.", zh="提示。"),)), capsys)
    assert hinted.index("A hint.") < hinted.index("f.py")


def test_a_long_path_does_not_cost_the_name(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    """Which is at its end, where lines are cut; neither on a terminal nor in a pipe."""
    seen = Seen(file=f"/{'long/' * 60}f.py", state=STATE, report=report)

    assert drawn(seen, capsys).lstrip("\x1b[2JH").startswith("f.py  now")
    assert plain_line(seen, "en").startswith("f.py | ")


def test_chinese(report: Report, capsys: Any) -> None:
    """Every sentence of ours."""
    page = drawn(Seen(file="f.py", state=STATE, report=report), capsys, "zh")

    for words in ("现在", "没有缩放", "q 退出"):
        assert words in page


def test_what_a_save_changed(report: Report) -> None:
    """Points, checks, mistakes; or that nothing did."""
    fixed = msgspec.structs.replace(
        report,
        checks=(result("a", Outcome.PASSED), result("b", Outcome.FAILED), result("c", Outcome.FAILED)),
        diagnoses=(),
    )

    lines = change_lines(change_between(report, fixed), "en")

    assert lines == ["Fixed: Title a.", "Broken: Title c.", "Gone: Not scaled."]
    assert change_lines(change_between(report, report), "en") == ["Nothing changed since the last save."]
    gained = msgspec.structs.replace(report, checks=tuple(result(each, Outcome.PASSED) for each in "abc"))
    assert change_lines(change_between(report, gained), "en")[0] == "Since the last save: +20 points."


def test_a_mistake_that_a_save_made_is_named(report: Report) -> None:
    """Though the points are the same: another one explains the check now."""
    other = msgspec.structs.replace(report.diagnoses[0], mistakes=("n",), title=Text(en="Scaled twice", zh="缩放两次"))
    after = msgspec.structs.replace(report, diagnoses=(other,))

    assert change_lines(change_between(report, after), "en") == ["New: Scaled twice."]
    assert change_lines(change_between(report, after), "zh") == ["新出现：缩放两次。"]


def test_two_functions_with_one_symptom_are_told_apart(report: Report, capsys: Any) -> None:
    """Each shows its own evidence."""
    first = report.diagnoses[0]
    second = msgspec.structs.replace(
        first, function="g", checks=("b",), explanation=Text(en="Divide in g too.", zh="g 里也要除。")
    )
    seen = Seen(file="f.py", state=STATE, report=msgspec.structs.replace(report, diagnoses=(first, second)))

    assert "Divide by sqrt(d)." in drawn(seen, capsys)
    page = drawn(msgspec.structs.replace(seen, at=1), capsys)
    assert "Divide in g too." in page
    assert "Divide by sqrt(d)." not in page


def test_many_titles_are_cut(report: Report) -> None:
    """Three, and how many more."""
    before = msgspec.structs.replace(report, checks=tuple(result(each, Outcome.FAILED) for each in "abcdef"))
    after = msgspec.structs.replace(report, checks=tuple(result(each, Outcome.PASSED) for each in "abcdef"))

    (fixed,) = (line for line in change_lines(change_between(before, after), "en") if line.startswith("Fixed"))

    assert fixed == "Fixed: Title a; Title b; Title c; and 3 more."


def test_without_a_terminal_it_is_one_line(report: Report) -> None:
    """For a pipe, an editor's window, a log."""
    line = plain_line(Seen(file="f.py", state=STATE, report=report), "en")

    assert line == "f.py | Wrong answer 40/100 | First to fix: Not scaled | now"
    assert "\n" not in plain_line(Seen(file="a\nb", state=STATE), "en")


def test_right_is_right(made_report: Callable[..., Report], capsys: Any) -> None:
    """There is nothing to fix."""
    page = drawn(Seen(file="f.py", state=STATE, report=made_report(verdict=Verdict.ACCEPTED)), capsys)

    assert "Accepted" in page
    assert "To fix" not in page
