"""`grader start`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.config import exercises_dir

Cli = Callable[..., Any]


def test_a_folder_named_after_the_exercise(cli: Cli, desk: Path) -> None:
    """Files on standard output, what to do next beside them."""
    done = cli("start", "word2vec")

    assert done.code == 0
    assert "word2vec/word2vec.py" in done.out.splitlines()
    assert "grader watch word2vec/word2vec.py" in done.err
    assert (desk / "word2vec" / "README.md").is_file()


def test_what_to_type_next_can_be_typed(cli: Cli, desk: Path) -> None:
    """A folder with a blank in its name is one word of the shell's line."""
    done = cli("start", "word2vec", "--dir", "my desk")

    assert "grader watch 'my desk/word2vec.py'" in done.err


def test_once_more_overwrites_nothing(cli: Cli, desk: Path) -> None:
    """In another folder, in Chinese; what was kept is said."""
    for _ in range(2):
        done = cli("start", "word2vec", "--dir", "w", "--lang", "zh")
        (desk / "w" / "word2vec.py").write_text("mine")

    assert done.out == ""
    assert "原样保留" in done.err
    assert (desk / "w" / "word2vec.py").read_text() == "mine"
    chinese = exercises_dir() / "word2vec" / "README.zh.md"
    assert (desk / "w" / "README.md").read_bytes() == chinese.read_bytes()


def test_a_reset_says_where_the_old_work_is(cli: Cli, desk: Path) -> None:
    """In a dated folder."""
    cli("start", "word2vec")
    (desk / "word2vec" / "word2vec.py").write_text("mine")

    done = cli("start", "word2vec", "--reset")

    (saved,) = (desk / "word2vec").glob("before-*")
    assert str(saved.relative_to(desk)) in done.err
    assert (saved / "word2vec.py").read_text() == "mine"


def test_a_slip(cli: Cli, desk: Path) -> None:
    """The nearest name is offered; a file in the way is one sentence."""
    assert "Did you mean word2vec" in cli("start", "word3vec").err
    (desk / "word2vec").write_text("")
    done = cli("start", "word2vec")
    assert (done.code, done.err.count("\n")) == (2, 1)
