"""Results as they come: for people, for editors, for machines; and what is remembered of them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from grader.cli import run as command
from grader.errors import ExaminerDied
from grader.model import Verdict
from grader.practice.history import History

Cli = Callable[..., Any]


def test_an_attempt_of_ones_own_is_remembered(cli: Cli, examiner: Any, desk: Path) -> None:
    """One submission, graded for practice."""
    examiner.script = [Verdict.WRONG_ANSWER]
    cli("run", "ada")

    with History() as history:
        (attempt,) = history.attempts("self_attention")
    assert (attempt.verdict, attempt.score) == (Verdict.WRONG_ANSWER, 40)


@pytest.mark.parametrize("arguments", [("run",), ("run", "ada", "--view", "assessment")])
def test_what_is_somebody_elses_is_not(cli: Cli, examiner: Any, desk: Path, arguments: tuple[str, ...]) -> None:
    """A folder of several people, an assessment."""
    cli(*arguments)

    with History() as history:
        assert history.attempts() == ()


def test_a_best_score_is_said(cli: Cli, examiner: Any, desk: Path) -> None:
    """Beside the report, where no script stumbles over it."""
    for verdict in (Verdict.WRONG_ANSWER, Verdict.ACCEPTED):
        examiner.script = [verdict]
        done = cli("run", "ada")

    assert "best score" in done.err


def test_hints_that_were_used_stand_in_the_report(cli: Cli, examiner: Any, desk: Path) -> None:
    """For people and in the document."""
    with History() as history:
        history.record_hint("self_attention", "attention", 1)
        history.record_hint("self_attention", "attention", 2)

    done = cli("run", "ada", "--json", "r.json")

    assert "2 hints were used: attention 2" in done.out
    (result,) = json.loads((desk / "r.json").read_text(encoding="utf-8"))["results"]
    assert any("2 hints" in str(note) for note in result["notes"])


def test_a_history_that_cannot_be_had_costs_nothing(
    cli: Cli, examiner: Any, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grading is whole, and the reason is said."""
    (desk / "file").write_text("")
    monkeypatch.setenv("GRADER_DATA_DIR", str(desk / "file"))

    done = cli("run", "ada")

    assert done.code == 0
    assert "Accepted" in done.out
    assert done.err.count("cannot be used") == 1


def test_results_for_an_editor(cli: Cli, examiner: Any, desk: Path) -> None:
    """A line that names the file, and nothing around it."""
    assert cli("run", "ada", "--format", "plain").out == "ada/self_attention.py: Accepted 100/100\n"


def test_results_for_github(cli: Cli, examiner: Any, desk: Path) -> None:
    """All submissions, in Chinese if asked."""
    out = cli("run", "--format", "github", "--lang", "zh").out

    assert out.count("self_attention.py: ") == 2
    assert out.count("通过") == 2


def test_results_for_a_build_server(cli: Cli, examiner: Any, desk: Path) -> None:
    """One document for all submissions."""
    suites = ElementTree.fromstring(cli("run", "--format", "junit").out)

    assert [suite.get("name") for suite in suites] == ["ada/self_attention.py", "ben/self_attention.py"]


def test_the_document_says_how_it_is_encoded(
    cli: Cli, examiner: Any, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is so, whatever the terminal's own set of characters is."""
    written = io.BytesIO()
    terminal = io.TextIOWrapper(written, encoding="gbk")
    monkeypatch.setattr(sys, "stdout", terminal)
    (desk / "李").mkdir()
    (desk / "李" / "self_attention.py").write_text("")
    cli("run", "李", "--format", "junit", "--lang", "zh")
    monkeypatch.undo()

    (suite,) = ElementTree.fromstring(written.getvalue())
    assert suite.get("name") == "李/self_attention.py"
    assert "utf-8" in written.getvalue().decode().splitlines()[0].lower()


@pytest.mark.parametrize(("end", "code"), [(KeyboardInterrupt(), 130), (ExaminerDied("It died.", "它没了。"), 3)])
def test_what_was_graded_before_the_end_is_in_the_document(
    cli: Cli, examiner: Any, desk: Path, end: BaseException, code: int
) -> None:
    """Ctrl-C, or a fault of ours, at the second one."""
    examiner.script = [Verdict.ACCEPTED, end]
    done = cli("run", "--format", "junit")

    assert done.code == code
    assert [suite.get("name") for suite in ElementTree.fromstring(done.out)] == ["ada/self_attention.py"]


def test_standard_output_has_one_owner(cli: Cli, examiner: Any, desk: Path) -> None:
    """JSON and XML cannot both be read from it."""
    done = cli("run", "--json", "-", "--format", "junit")

    assert done.code == 2
    assert examiner.asked == ()


@pytest.mark.parametrize(
    ("own", "cold", "terminal", "wanted"),
    [
        (True, False, True, "start"),
        (True, False, False, "use"),
        (True, True, True, "cold"),
        (False, False, True, "cold"),
    ],
)
def test_who_gets_a_warm_server(
    monkeypatch: pytest.MonkeyPatch, own: bool, cold: bool, terminal: bool, wanted: str
) -> None:
    """Who practises at a terminal has one started; a script uses one that is there; a batch does without."""
    monkeypatch.setattr(command.sys.stdout, "isatty", lambda: terminal)
    monkeypatch.setattr(command.sys.stderr, "isatty", lambda: terminal)

    assert command._warmth(own=own, cold=cold) == wanted
