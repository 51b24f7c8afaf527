"""`%%grade` in a notebook: proved by running one, and by a stand-in for the shell where that is enough."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

import grader
from grader import magic
from grader.catalog.load import load
from grader.config import DATA_DIR_VARIABLE, RUNTIME_DIR_VARIABLE
from grader.model import Report, Submission, Verdict
from grader.practice.history import History
from grader.server import client, engine

EXERCISE = load("self_attention")
MISTAKE = next(each for each in EXERCISE.mistakes if each.id == "attn_no_scale")
KERNEL_WALL_S = 180


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A history and a warm server of the test's own; the server is ended."""
    runtime = tempfile.mkdtemp(prefix="gr-", dir="/tmp")  # short, whatever TMPDIR is
    monkeypatch.setenv(RUNTIME_DIR_VARIABLE, runtime)
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path / "data"))
    yield
    monkeypatch.setattr(client, "ANSWER_WALL_S", 60.0)  # one that is busy shall not be left behind
    client.stop()
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.mark.filterwarnings("ignore")  # of Jupyter's own libraries
def test_a_notebook_that_grades_itself(places: None, tmp_path: Path) -> None:
    """The report stands under the cell, as a page in which nothing runs and as text; the attempt is remembered."""
    from nbclient import NotebookClient

    wrong = MISTAKE.path.read_text(encoding="utf-8")
    right = EXERCISE.reference.read_text(encoding="utf-8")
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell("%load_ext grader"),
        nbformat.v4.new_code_cell(f"%%grade self_attention --no-timing\n{wrong}"),
        nbformat.v4.new_code_cell(f"%%grade self_attention --no-timing --run --lang zh\n%time x = 1\n{right}"),
        nbformat.v4.new_code_cell("print('ran', make_attention_mask.__name__)"),
        nbformat.v4.new_code_cell("%%grade self_atention\nx = 1"),
    ]
    notebook.cells[-1].metadata["tags"] = ["raises-exception"]

    NotebookClient(
        notebook,
        timeout=KERNEL_WALL_S,
        startup_timeout=KERNEL_WALL_S,
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()

    (first,) = notebook.cells[1].outputs
    page, text = first["data"]["text/html"], first["data"]["text/plain"]
    assert page.startswith("<iframe sandbox srcdoc=")
    assert "<script" not in page
    assert MISTAKE.title.en in page
    assert "Wrong answer" in text
    second = next(each for each in notebook.cells[2].outputs if "data" in each)
    assert "95 / 95" in second["data"]["text/plain"]
    assert "通过" in second["data"]["text/plain"]
    assert notebook.cells[3].outputs[0]["text"] == "ran make_attention_mask\n"
    slip = "".join(str(each) for each in notebook.cells[4].outputs)
    assert "Did you mean self_attention" in slip
    with History() as history:
        assert [each.verdict for each in history.attempts()] == [Verdict.ACCEPTED, Verdict.WRONG_ANSWER]
        assert history.mistakes()[0].cured_at is not None


class Shell:
    """As much of IPython's shell as the magic uses."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.magics: dict[str, Callable[[str, str], None]] = {}

    def register_magic_function(self, function: Any, magic_kind: str, magic_name: str) -> None:
        assert magic_kind == "cell"
        self.magics[magic_name] = function

    def run_cell(self, cell: str) -> None:
        self.ran.append(cell)


class FakeEngine:
    """Takes note of what is asked."""

    asked: Any = None

    def __init__(self, options: Any, warmth: str) -> None:
        type(self).asked = (options, warmth)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def grade_again(self, submission: Submission, options: Any) -> Any:
        type(self).asked = (*self.asked, submission)
        return "report"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell that has loaded us; nothing is graded or shown."""
    monkeypatch.setattr(engine, "Engine", FakeEngine)
    monkeypatch.setattr(magic, "_remember", lambda _: [])
    monkeypatch.setattr(magic, "_show", lambda *_: None)
    made = Shell()
    grader.load_ipython_extension(made)
    return made


def test_options_reach_the_grading(shell: Shell) -> None:
    """The cell without its magics is the submission; it is run only if asked."""
    line = "self_attention --part attention --no-timing --full --seed 3 --cold"
    shell.magics["grade"](line, "!ls\nx = 1")

    options, warmth, submission = FakeEngine.asked
    assert (options.parts, options.timing, options.full, options.seed) == (("attention",), False, True, 3)
    assert warmth == "cold"
    assert submission.source == b"# !ls\nx = 1"
    assert shell.ran == []
    shell.magics["grade"]("self_attention --run", "x = 1")
    assert FakeEngine.asked[1] == "start"
    assert shell.ran == ["x = 1"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "slug"),
        ("self_attention --sed 3", "--sed"),
        ("self_attention --seed x", "--seed"),
        ("self_attention --part nope", "attention"),
        ("self_attention 'open", "quotation"),
        ("word3vec", "word2vec"),
    ],
)
def test_a_slip_is_one_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch, line: str, words: str) -> None:
    """As IPython shows its own, without a traceback."""
    from IPython.core.error import UsageError

    monkeypatch.setenv("GRADER_LANG", "en")
    with pytest.raises(UsageError, match=words):
        shell.magics["grade"](line, "x = 1")


@pytest.mark.parametrize(
    ("line", "cell", "words"),
    [
        ("self_attention --seed -1", "x", "The seed must be from 0"),
        (f"self_attention --seed {2**70}", "x", "The seed must be from 0"),
        ("self_attention", "#" * 1_000_001, "larger than 1 MB"),
        ("self_attention", "x = '\ud800'", "surrogates not allowed"),
    ],
)
def test_what_no_file_could_hold_is_refused(shell: Shell, line: str, cell: str, words: str) -> None:
    """As the command line refuses it, and not with a traceback."""
    from IPython.core.error import UsageError

    FakeEngine.asked = None
    with pytest.raises(UsageError, match=words):
        shell.magics["grade"](line, cell)
    assert FakeEngine.asked is None


def test_a_history_that_cannot_be_had_costs_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The reason stands above the report."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path / "file"))

    said = magic._remember(any_report())

    assert "cannot be used" in said[0].en


def any_report() -> Report:
    """Never looked at."""
    return object()  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({"GRADER_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C", "GRADER_LANG": "en"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_command_line(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], wanted: str
) -> None:
    """An option goes before the environment."""
    from grader.cli.language import language_of

    for name in ("GRADER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert magic._language(None) == wanted == language_of()
    assert magic._language("zh") == "zh"
