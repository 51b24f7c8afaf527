"""`grader solution`: after an attempt, or for who gives up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.catalog.load import load
from grader.cli.attempt import remember
from grader.model import Report, Verdict
from grader.practice.history import History

Cli = Callable[..., Any]
EXERCISE = load("self_attention")


@pytest.mark.parametrize("verdict", [None, Verdict.NOT_ATTEMPTED, Verdict.GRADER_FAULT])
def test_nobody_is_shown_it_who_has_not_tried(
    cli: Cli, made_report: Callable[..., Report], verdict: Verdict | None
) -> None:
    """The stub is no try, nor is a fault of ours."""
    if verdict is not None:
        remember(made_report(verdict=verdict), "en")

    done = cli("solution", "self_attention")

    assert (done.code, done.out) == (2, "")
    assert "--give-up" in done.err
    with History() as history:
        assert not history.solution_seen("self_attention")


def test_after_an_attempt(cli: Cli, made_report: Callable[..., Report]) -> None:
    """Code and explanation, and that it was seen."""
    remember(made_report(), "en")

    done = cli("solution", "self_attention")

    assert done.code == 0
    assert EXERCISE.reference.read_text(encoding="utf-8").strip() in done.out
    assert (EXERCISE.solutions / "NOTES.md").read_text(encoding="utf-8").strip() in done.out
    with History() as history:
        assert history.solution_seen("self_attention")


def test_who_gives_up_may_have_one_of_the_two_in_chinese(cli: Cli) -> None:
    """Code alone, or the explanation alone in the reader's language."""
    notes = (EXERCISE.solutions / "NOTES.zh.md").read_text(encoding="utf-8")
    assert cli("solution", "self_attention", "--give-up", "--notes", "--lang", "zh").out.strip() == notes.strip()
    assert notes.strip() not in cli("solution", "self_attention", "--give-up", "--code", "--lang", "zh").out
