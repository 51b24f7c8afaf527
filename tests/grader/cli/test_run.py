"""`grader run`: what it asks for, what it says, how it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.errors import ExaminerDied
from grader.model import Tier, Verdict

Cli = Callable[..., Any]


def test_no_path_is_the_current_folder(cli: Cli, examiner: Any, desk: Path) -> None:
    """Every submission in it is graded, and each result is told with its score."""
    done = cli("run")

    assert [submission.name for submission in examiner.asked] == ["ada/self_attention.py", "ben/self_attention.py"]
    assert done.code == 0
    assert done.out.count("Accepted") == 4  # one a report, one a row of the table
    assert done.err == ""
    assert examiner.closed


def test_options_reach_the_examiner(cli: Cli, examiner: Any, desk: Path) -> None:
    """Each option of the command is one of the grading."""
    cli(
        *["run", "ada", "--visible-only", "--part", "attention", "--part", "mask", "--no-timing", "--full"],
        *["--seed", "11", "--require-isolation", "a+"],
    )

    options = examiner.options
    assert (options.visible_only, options.parts, options.timing, options.full) == (
        True,
        ("attention", "mask"),
        False,
        True,
    )
    assert (options.seed, options.require_tier) == (11, Tier.A_PLUS)


def test_by_default_nothing_is_left_out(cli: Cli, examiner: Any, desk: Path) -> None:
    """Timing is on, the seed is drawn elsewhere, any tier will do."""
    cli("run", "ada")

    options = examiner.options
    assert (options.visible_only, options.parts, options.timing, options.full) == (False, (), True, False)
    assert (options.seed, options.require_tier) == (None, None)


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.ACCEPTED])
def test_anything_but_accepted_is_not_accepted(cli: Cli, examiner: Any, desk: Path, verdict: Verdict) -> None:
    """One of two suffices; a fault of ours is told apart."""
    examiner.script = [Verdict.ACCEPTED, verdict]

    assert cli("run").code == (3 if verdict is Verdict.GRADER_FAULT else 1)


def test_json_to_standard_output_is_nothing_but_json(cli: Cli, examiner: Any, desk: Path) -> None:
    """A script can read it as it is."""
    done = cli("run", "--json", "-")

    document = json.loads(done.out)
    assert document["schema_version"] == 1
    assert [result["verdict"] for result in document["results"]] == ["accepted", "accepted"]


def test_files_are_written_and_their_paths_told(cli: Cli, examiner: Any, desk: Path) -> None:
    """The page and the document, in the language and view asked for."""
    done = cli("run", "ada", "--json", "r.json", "--html", "r.html", "--lang", "zh", "--view", "assessment")

    document = json.loads((desk / "r.json").read_text(encoding="utf-8"))
    assert (document["language"], document["view"]) == ("zh", "assessment")
    assert 'lang="zh' in (desk / "r.html").read_text(encoding="utf-8")
    assert str(desk / "r.html") in done.err
    assert "报告" in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "gone.py"], "gone.py does not exist"),
        (["run", "notes.py"], "--exercise which one it is: bert_classifier, "),
        (["run", "self_atention.py"], "Did you mean self_attention? Rename it, or say which with --exercise."),
        (["run", "empty"], "holds no submission"),
        (["run", "--exercise", "self_atention"], "Did you mean self_attention?"),
        (["run", "--part", "atention"], "has no part 'atention'"),
        (["run", "--html", "-"], "--html needs the name of a file"),
        (["run", "--html", "nowhere/r.html"], "there is no folder nowhere"),
        (["run", "--seed", "-1"], "from 0 to"),
        (["run", "--seed", "x"], "--seed"),
        (["run", "--view", "x"], "practice, assessment"),
        (["run", "--require-isolation", "Z"], "A+, A, B"),
        (["run", "--jsn", "-"], "Did you mean --json?"),
        (["rum"], "no command rum"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_slip_of_the_caller(
    cli: Cli,
    examiner: Any,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
    language: str,
) -> None:
    """One sentence in the caller's language, exit code 2, nothing on standard output, nothing graded."""
    (desk / "notes.py").write_text("")
    (desk / "self_atention.py").write_text("")
    (desk / "empty").mkdir()
    monkeypatch.setenv("GRADER_LANG", language)

    done = cli(*arguments)

    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    if language == "en":
        assert words in done.err
    assert any("\u4e00" <= letter <= "\u9fff" for letter in done.err) == (language == "zh")
    assert examiner.asked == ()


def test_one_bad_file_does_not_cost_the_others(cli: Cli, examiner: Any, desk: Path) -> None:
    """The good ones are graded; the exit code still says that something could not be."""
    os.mkfifo(desk / "self_attention.py")

    done = cli("run")

    assert len(examiner.asked) == 2
    assert "pipe" in done.err
    assert done.code == 2


def test_ctrl_c_keeps_what_is_done(cli: Cli, examiner: Any, desk: Path) -> None:
    """130, the examiner closed, and the report of the first in the file that was asked for."""
    examiner.script = [Verdict.ACCEPTED, KeyboardInterrupt()]

    done = cli("run", "--json", "r.json")

    assert done.code == 130
    assert examiner.closed
    assert "Interrupted" in done.err
    assert len(json.loads((desk / "r.json").read_text(encoding="utf-8"))["results"]) == 1


def test_nothing_done_writes_nothing(cli: Cli, examiner: Any, desk: Path) -> None:
    """An older report is not replaced by an empty one."""
    examiner.script = [KeyboardInterrupt()]
    (desk / "r.json").write_text("older")

    done = cli("run", "--json", "r.json")

    assert done.code == 130
    assert (desk / "r.json").read_text() == "older"


def test_a_dead_examiner_is_our_fault_and_costs_nothing_done(cli: Cli, examiner: Any, desk: Path) -> None:
    """3, said in the language of `--lang`."""
    examiner.script = [Verdict.ACCEPTED, ExaminerDied("It died.", "它没了。")]

    done = cli("run", "--lang", "zh", "--json", "r.json")

    assert done.code == 3
    assert "它没了。" in done.err
    assert len(json.loads((desk / "r.json").read_text(encoding="utf-8"))["results"]) == 1


def test_a_report_that_cannot_be_written_does_not_cost_the_other(cli: Cli, examiner: Any, desk: Path) -> None:
    """The page is written though the document could not be; the results were told anyway."""
    (desk / "taken").mkdir()

    done = cli("run", "ada", "--json", "taken", "--html", "r.html")

    assert done.code == 3
    assert "taken cannot be written" in done.err
    assert (desk / "r.html").is_file()
    assert "Accepted" in done.out


def test_an_unexpected_error_is_one_sentence(
    cli: Cli, examiner: Any, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback in anybody's face; GRADER_DEBUG shows it to those who ask."""
    examiner.script = [ZeroDivisionError("division by zero")]

    done = cli("run", "ada")
    assert done.code == 3
    assert "ZeroDivisionError" in done.err
    assert "Traceback" not in done.err

    monkeypatch.setenv("GRADER_DEBUG", "1")
    assert "Traceback" in cli("run", "ada").err


def test_names_cannot_speak_to_the_terminal(cli: Cli, examiner: Any, desk: Path) -> None:
    """An escape sequence in a folder's name reaches neither results nor complaints as itself."""
    folder = desk / "\x1b]0;owned\x07\u202e"
    folder.mkdir()
    (folder / "self_attention.py").write_text("")
    (folder / "answers.md").symlink_to("/etc/passwd")
    (desk / "\x1b[2J").mkdir()
    (desk / "\x1b[2J" / "self_attention.py").write_text("")

    done = cli("run")

    assert len(examiner.asked) == 3
    for said in (done.out, done.err):
        assert "\x1b" not in said
        assert "\u202e" not in said
    assert "owned" in done.err


def test_names_make_no_lines_of_their_own(cli: Cli, examiner: Any, desk: Path) -> None:
    """A file in a folder was named by a stranger: its complaint is one line, which no build log obeys."""
    folder = desk / "x\n::error::owned\n##[command]y"
    folder.mkdir()
    (folder / "self_attention.ipynb").write_text("{")

    done = cli("run")

    (line,) = [each for each in done.err.splitlines() if "owned" in each]
    assert line.startswith("grader: ")
    assert "::error" not in line
    assert "##[" not in line


def test_a_missing_report_is_never_a_pass(cli: Cli, examiner: Any, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two handed in, one report: our fault, whatever that one says."""
    grade = examiner.grade
    monkeypatch.setattr(examiner, "grade", lambda self, given, told: list(grade(self, given, told))[:1])

    assert cli("run").code == 3
