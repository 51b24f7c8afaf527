"""The terminal summary: readable in both languages, and deaf to whatever a candidate writes into it."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from grader.model import Language, Outcome, Report, Text
from grader.report.redact import View
from grader.report.text import render_text

GOLDEN = Path(__file__).parent / "golden"
UPDATE = os.environ.get("GRADER_UPDATE_GOLDEN") == "1"


def _shown(report: Report, language: Language = "en", view: View = "practice", *, width: int = 100) -> str:
    """The summary as a pipe gets it, without the blanks that fill lines."""
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(render_text(report, language, view))
    assert isinstance(console.file, io.StringIO)
    return "".join(line.rstrip() + "\n" for line in console.file.getvalue().splitlines())


@pytest.mark.parametrize(
    ("name", "language"),
    [("accepted", "en"), ("wrong", "en"), ("wrong", "zh"), ("crashed", "en"), ("import_error", "zh"), ("over", "en")],
)
def test_summaries_are_as_they_were(reports: dict[str, Report], name: str, language: Language) -> None:
    """Golden files: whoever changes the summary sees what others will see."""
    golden = GOLDEN / f"{name}.{language}.txt"
    shown = _shown(reports[name], language)
    if UPDATE:
        golden.write_text(shown, encoding="utf-8")

    assert shown == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("view", ["practice", "assessment"])
def test_hostile_strings_do_nothing(reports: dict[str, Report], view: View, width: int) -> None:
    """No escape reaches the terminal, no line starts a command of a build log, no markup is taken."""
    shown = _shown(reports["hostile"], "en", view, width=width)

    assert all(each.isprintable() or each == "\n" for each in shown)
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in shown
    assert "[bold]" in shown or width == 40
    assert not re.search(r"^\s*12 passed in", shown, flags=re.MULTILINE) or width == 40  # folded after a blank


def test_checks_that_say_the_same_share_a_row(reports: dict[str, Report]) -> None:
    """Ten checks that are not written yet are one row with the sum of their points; explained ones stay single."""
    report = reports["crashed"]
    alike = [msgspec.structs.replace(each, message=Text("Same.", "一样。"), outcome=Outcome.FAILED, traceback="")
             for each in report.checks[:3]]  # fmt: skip
    shown = _shown(msgspec.structs.replace(report, checks=(*alike, *report.checks[3:])))

    assert "0/30  Output and weights have the shapes of the contract, and 2 more" in shown
    assert shown.count("Same.") == 1
    assert _shown(reports["wrong"]).count("and 1 more") == 0


def test_a_flood_is_a_few_lines(reports: dict[str, Report]) -> None:
    """A megabyte of everything still fits a screen or two."""
    assert len(_shown(reports["hostile"]).splitlines()) < 200


def test_quoted_lines_are_marked_wherever_they_wrap(reports: dict[str, Report]) -> None:
    """A long line of a candidate is marked on each row that it takes."""
    shown = _shown(reports["hostile"], width=60)
    long_rows = [line for line in shown.splitlines() if "xxxxxxxxxxxxxxxxxxxx" in line]

    assert long_rows
    assert sum("| " in line for line in long_rows) >= len(long_rows) // 2


def test_assessment_keeps_secrets(reports: dict[str, Report], secret: str) -> None:
    """What the page may not show, the terminal may not either."""
    assert secret not in _shown(reports["wrong"], "en", "assessment")


def test_colours_are_the_console_s_matter(reports: dict[str, Report]) -> None:
    """On a terminal with colours the verdict has one; the words are the same."""
    console = Console(file=io.StringIO(), width=100, color_system="standard", force_terminal=True)
    console.print(render_text(reports["wrong"], "en"))
    assert isinstance(console.file, io.StringIO)

    assert "\x1b[1;31m✗ Wrong answer" in console.file.getvalue()
