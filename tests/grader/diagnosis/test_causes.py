"""Likely causes of cost and of broken rules."""

from __future__ import annotations

from typing import Any

import pytest

from grader.diagnosis.causes import cost_diagnoses, over_budget
from grader.model import CheckKind, Confidence, MistakeKind, Outcome


@pytest.mark.parametrize(
    ("kind", "outcome", "over"),
    [
        (CheckKind.TIME, Outcome.OVER_BUDGET, True),
        (CheckKind.TIME, Outcome.TIMED_OUT, True),
        (CheckKind.MEMORY, Outcome.OUT_OF_MEMORY, True),
        (CheckKind.TIME, Outcome.OUT_OF_MEMORY, False),
        (CheckKind.VALUE, Outcome.TIMED_OUT, False),
        (CheckKind.TIME, Outcome.TOO_NOISY, False),
        (CheckKind.TIME, Outcome.PASSED, False),
    ],
)
def test_what_counts_as_cost(world: Any, kind: CheckKind, outcome: Outcome, over: bool) -> None:
    """Over budget, or out of what the check measures; noise is no fault."""
    assert over_budget(world.result("c", kind, outcome)) is over


def test_likely_causes(world: Any) -> None:
    """Those that break what broke, the most telling first; none that would have broken what passed."""
    for name, breaks in (("one", ["t"]), ("both", ["t", "m"]), ("cleared", ["t", "fine"]), ("other", ["x"])):
        world.mistake(name, {}, roots=["base"], kind=MistakeKind.COST, breaks=breaks)
    world.check_functions = {"t": "base", "m": "base", "fine": "base", "w": "user"}
    results = [
        world.result("t", CheckKind.TIME, Outcome.OVER_BUDGET),
        world.result("m", CheckKind.MEMORY, Outcome.OVER_BUDGET),
        world.result("fine", CheckKind.TIME, Outcome.PASSED),
        world.result("w", CheckKind.TIME, Outcome.OVER_BUDGET),
    ]
    base, user = cost_diagnoses(world.exercise(), results, ())
    assert (base.mistakes, base.confidence, base.checks) == (("both", "one"), Confidence.SEVERAL, ("t", "m"))
    assert "title of both; title of one" in base.explanation.en
    assert (user.mistakes, user.confidence) == ((), Confidence.SYMPTOM)
    assert [each.function for each in cost_diagnoses(world.exercise(), results, {"base"})] == ["user"]


def test_memory_alone_is_said_as_memory(world: Any) -> None:
    """The title tells time from memory."""
    result = world.result("m", CheckKind.MEMORY, Outcome.OUT_OF_MEMORY)
    (only,) = cost_diagnoses(world.exercise(), [result], ())
    assert only.title.en == "Right, but uses too much memory"
