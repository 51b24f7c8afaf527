"""`grader list`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader import config
from grader.cli.list import installed

Cli = Callable[..., Any]


def test_exercises_parts_and_points(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line an exercise, one a part."""
    monkeypatch.setenv("GRADER_LANG", "en")

    done = cli("list")

    assert done.code == 0
    assert "self_attention" in done.out
    assert "medium" in done.out
    assert "streaming" in done.out
    assert " 100 " in done.out


def test_json(cli: Cli) -> None:
    """For scripts: points by visibility and part, both languages, versions of libraries."""
    done = cli("list", "--json")

    document = json.loads(done.out)
    assert document["schema_version"] == 1
    (exercise,) = [each for each in document["exercises"] if each["exercise"] == "self_attention"]
    assert exercise["points"]["total"] == 100
    assert sum(part["points"] for part in exercise["parts"]) == 100
    assert set(exercise["title"]) == {"en", "zh"}
    assert exercise["libraries"]["torch"].startswith("2.")


def test_chinese(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings and difficulty too."""
    monkeypatch.setenv("GRADER_LANG", "zh")

    out = cli("list").out

    assert "难度" in out
    assert "中等" in out


def test_what_is_installed_is_found_without_importing() -> None:
    """A version, a question mark where none is told, nothing where there is nothing."""
    assert installed("msgspec") is not None
    assert installed("json") == "?"
    assert installed("no_such_library") is None


def test_a_broken_exercise_does_not_hide_the_others(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with its remedy, and the exit code is ours."""
    where = config.content_of_checkout(tmp_path)
    (where.exercises / "broken").mkdir(parents=True)
    (where.exercises / "broken" / "exercise.toml").write_text("schema = 9")
    for tree in ("exercises", "solutions", "hidden"):
        folder = getattr(where, tree)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "self_attention").symlink_to(getattr(config.content(), tree) / "self_attention")
    monkeypatch.setattr("grader.catalog.find.content", lambda: where)
    monkeypatch.setattr("grader.catalog.load.content", lambda: where)

    done = cli("list")

    assert done.code == 3
    assert "broken/exercise.toml: schema" in done.err
    assert "self_attention" in done.out
