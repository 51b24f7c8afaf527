"""`grader hint`: the next hint for what fails now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.catalog.load import load
from grader.practice.history import History

Cli = Callable[..., Any]
EXERCISE = load("self_attention")
FIRST, SECOND = EXERCISE.parts[0], EXERCISE.parts[1]


@pytest.fixture
def nobody_here(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder without a file of the exercise."""
    (desk / "empty").mkdir()
    monkeypatch.chdir(desk / "empty")
    return desk / "empty"


def test_each_time_one_more(cli: Cli, nobody_here: Path) -> None:
    """Without a file or an attempt, from the first part; at the top of the ladder it says so."""
    for number, hint in enumerate(FIRST.hints, 1):
        done = cli("hint", "self_attention")
        assert hint.en in done.out
        assert f"Hint {number} of {len(FIRST.hints)}" in done.out
        assert "last one" not in done.err

    done = cli("hint", "self_attention")

    assert FIRST.hints[-1].en in done.out
    assert "last one" in done.err
    with History() as history:
        assert history.hints_used("self_attention") == len(FIRST.hints)


def test_a_part_can_be_named(cli: Cli, nobody_here: Path) -> None:
    """In Chinese if asked; a slip lists the parts."""
    assert SECOND.hints[0].zh in cli("hint", "self_attention", "--part", SECOND.id, "--lang", "zh").out
    done = cli("hint", "self_attention", "--part", "nope")
    assert done.code == 2
    assert FIRST.id in done.err


def recorded(*rows: tuple[str, str], sha256: str = "x") -> None:
    """An attempt in which the checks of parts had these outcomes."""
    with History() as history:
        history.write(
            "INSERT INTO attempts VALUES (1, '2026-03-01T00:00:00+00:00', 'self_attention', 'v', ?, 'wrong_answer', 1,"
            " 2, 1, 1, 0, NULL)",
            sha256,
        )
        for number, (part, outcome) in enumerate(rows):
            history.write("INSERT INTO check_results VALUES (1, ?, ?, 'f', ?, 0, 1, NULL)", f"c{number}", part, outcome)


def test_without_a_file_the_latest_attempt_decides(cli: Cli, nobody_here: Path) -> None:
    """And it is said that it does."""
    recorded((FIRST.id, "passed"), (SECOND.id, "failed"))

    done = cli("hint", "self_attention")

    assert SECOND.hints[0].en in done.out
    assert "2026-03-01" in done.err


def test_a_file_that_was_graded_as_it_is_is_not_graded_again(cli: Cli, examiner: Any, desk: Path) -> None:
    """Its outcomes are known."""
    import hashlib

    sha256 = hashlib.sha256((desk / "ada" / "self_attention.py").read_bytes()).hexdigest()
    recorded((FIRST.id, "passed"), (SECOND.id, "failed"), sha256=sha256)

    assert SECOND.hints[0].en in cli("hint", "self_attention", "--file", "ada").out
    assert examiner.asked == ()


def test_a_changed_file_is_graded(cli: Cli, examiner: Any, desk: Path) -> None:
    """Where nothing fails there is nothing to hint at, and nothing is counted."""
    done = cli("hint", "self_attention", "--file", "ada")

    assert [each.name for each in examiner.asked] == ["ada/self_attention.py"]
    assert done.out == ""
    assert "nothing to hint at" in done.err
    with History() as history:
        assert history.hints_used("self_attention") == 0
