"""`grader report`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.gradebook import Entry, Gradebook, Plan
from grader.model import Submission

Cli = Callable[..., Any]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gradebook of two people where the commands look for it, none of them graded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "grades").mkdir()
    file = tmp_path / "grades" / "gradebook.sqlite"
    with Gradebook.open(file, create=True) as opened:
        batch = opened.begin("folder", 1, "{}")
        opened.take_in(
            [
                Entry(
                    candidate=name,
                    ordinal=1,
                    submitted_at="2026-11-02T10:00:00+00:00",
                    submission=Submission(exercise="self_attention", name=f"{name}/x.py", source=name.encode()),
                )
                for name in ("ada", "ben")
            ]
        )
        opened.close_intake(batch, [])
        plan = Plan(exercise="self_attention", version="v", seed=1, environment="", options="")
        opened.want({"self_attention": plan})
    return file


def test_the_pages_are_where_they_are_said_to_be(cli: Cli, book: Path) -> None:
    """Beside the gradebook, one an index and one a candidate; said on standard error."""
    done = cli("report")

    assert done.code == 0
    assert done.out == ""
    assert done.err == f"3 pages: {book.parent / 'report' / 'index.html'}\n"
    assert (book.parent / "report" / "index.html").is_file()


def test_options(cli: Cli, book: Path, tmp_path: Path) -> None:
    """Another folder, another language, no names, rules from a file."""
    rules = tmp_path / "rules.toml"
    rules.write_text('schema = 1\ntitle = "秋季"\n', encoding="utf-8")
    done = cli(
        "report", "--out", "elsewhere", "--lang", "zh", "--anonymous", "--rules", str(rules), "--gradebook", str(book)
    )

    assert done.code == 0
    text = (tmp_path / "elsewhere" / "index.html").read_text(encoding="utf-8")
    assert "<h1>秋季</h1>" in text
    assert "#01" in text
    assert ">ada<" not in text


def test_rules_beside_the_gradebook_hold(cli: Cli, book: Path) -> None:
    """And are named where they are wrong; nothing is written then."""
    (book.parent / "cohort.toml").write_text("schema = 1\nwieght = 1\n", encoding="utf-8")
    done = cli("report")

    assert done.code == 2
    assert "cohort.toml: wieght: is not a key" in done.err
    assert not (book.parent / "report").exists()


def test_a_gradebook_that_is_not_there(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip, not a fault."""
    monkeypatch.chdir(tmp_path)
    done = cli("report")

    assert done.code == 2
    assert "gradebook.sqlite" in done.err


def test_a_folder_of_somebody_else_is_left_alone(cli: Cli, book: Path, tmp_path: Path) -> None:
    """Refused before any work."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x", encoding="utf-8")
    done = cli("report", "--out", "mine")

    assert done.code == 2
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["notes.txt"]
