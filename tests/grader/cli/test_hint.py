"""`grader hint`: the next hint for what fails now."""

from __future__ import annotations

import hashlib
import time
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
    assert "last one. `grader solution self_attention --give-up`" in done.err  # without an attempt it is refused else
    with History() as history:
        assert history.hints_used("self_attention") == len(FIRST.hints)


def test_after_the_last_one_the_solution_is_named_as_it_can_be_had(cli: Cli, nobody_here: Path) -> None:
    """Who has tried need not give up."""
    recorded((FIRST.id, "failed"))
    for _ in FIRST.hints:
        cli("hint", "self_attention")

    assert "last one. `grader solution self_attention` shows" in cli("hint", "self_attention").err


def test_a_part_can_be_named(cli: Cli, nobody_here: Path) -> None:
    """In Chinese if asked; a slip lists the parts."""
    assert SECOND.hints[0].zh in cli("hint", "self_attention", "--part", SECOND.id, "--lang", "zh").out
    done = cli("hint", "self_attention", "--part", "nope")
    assert done.code == 2
    assert FIRST.id in done.err


def recorded(
    *rows: tuple[str, str], sha256: str = "x", version: str = EXERCISE.version, whole: bool = True, hour: int = 12
) -> None:
    """An attempt in which the checks of parts had these outcomes."""
    with History() as history:
        history.write(
            "INSERT INTO attempts VALUES (1, ?, 'self_attention', ?, ?, 'wrong_answer', 1, 2, ?, 1, 0, NULL)",
            f"2026-03-01T{hour:02}:00:00+00:00",
            version,
            sha256,
            whole,
        )
        for number, (part, outcome) in enumerate(rows):
            history.write("INSERT INTO check_results VALUES (1, ?, ?, 'f', ?, 0, 1, NULL)", f"c{number}", part, outcome)


def test_without_a_file_the_latest_attempt_decides(cli: Cli, nobody_here: Path) -> None:
    """And it is said that it does."""
    recorded((FIRST.id, "passed"), (SECOND.id, "failed"))

    done = cli("hint", "self_attention")

    assert SECOND.hints[0].en in done.out
    assert "2026-03-01" in done.err


def test_the_day_is_the_readers(cli: Cli, nobody_here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After midnight in Shanghai it is still the day before in UTC."""
    recorded((FIRST.id, "passed"), (SECOND.id, "failed"), hour=20)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert "2026-03-02" in cli("hint", "self_attention").err
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_attempt_that_left_something_out_is_no_all_clear(cli: Cli, nobody_here: Path) -> None:
    """What it graded is right; of the rest nothing is known. What fails in it fails all the same."""
    recorded((FIRST.id, "passed"), (SECOND.id, "not_graded"), whole=False)
    done = cli("hint", "self_attention")
    assert done.out == ""
    assert "left something out" in done.err
    assert "Nothing fails" not in done.err

    with History() as history:
        history.forget()
    recorded((FIRST.id, "not_graded"), (SECOND.id, "failed"), whole=False)
    assert SECOND.hints[0].en in cli("hint", "self_attention").out


def sha256_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_file_that_was_graded_as_it_is_is_not_graded_again(cli: Cli, examiner: Any, desk: Path) -> None:
    """Its outcomes are known; of an attempt at a part, those that are wrong."""
    sha256 = sha256_of(desk / "ada" / "self_attention.py")
    recorded((FIRST.id, "passed"), (SECOND.id, "failed"), sha256=sha256, whole=False)

    assert SECOND.hints[0].en in cli("hint", "self_attention", "--file", "ada").out
    assert examiner.asked == ()


@pytest.mark.parametrize(
    "attempt", [{"whole": False, "outcome": "passed"}, {"version": "of last year", "outcome": "failed"}]
)
def test_an_attempt_that_does_not_tell_is_made_anew(
    cli: Cli, examiner: Any, desk: Path, attempt: dict[str, Any]
) -> None:
    """It graded one part alone and found nothing, or the exercise was another one."""
    outcome = attempt.pop("outcome")
    recorded((FIRST.id, outcome), sha256=sha256_of(desk / "ada" / "self_attention.py"), **attempt)

    done = cli("hint", "self_attention", "--file", "ada")

    assert [each.name for each in examiner.asked] == ["ada/self_attention.py"]
    assert "Nothing fails" in done.err


def test_a_changed_file_is_graded(cli: Cli, examiner: Any, desk: Path) -> None:
    """Where nothing fails there is nothing to hint at, and nothing is counted."""
    done = cli("hint", "self_attention", "--file", "ada")

    assert [each.name for each in examiner.asked] == ["ada/self_attention.py"]
    assert done.out == ""
    assert "nothing to hint at" in done.err
    with History() as history:
        assert history.hints_used("self_attention") == 0
