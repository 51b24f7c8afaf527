"""Likely causes where no replay can prove one: a budget that broke over right answers, a name that is not allowed.

Several known mistakes break the same budget and measurements cannot tell them apart, nor from unknown ones; so these
diagnoses are never exact. Confidence is `several`, even where a single cause is known, and `symptom` where none is.
This module must not know of replays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from grader.diagnosis.agreement import canonical_names
from grader.diagnosis.wording import cost_text, rule_text
from grader.model import (
    Blocked,
    CheckKind,
    CheckResult,
    Confidence,
    Diagnosis,
    Exercise,
    Mistake,
    MistakeKind,
    Observation,
    Outcome,
)

_RAN_OUT = {CheckKind.TIME: Outcome.TIMED_OUT, CheckKind.MEMORY: Outcome.OUT_OF_MEMORY}


def over_budget(result: CheckResult) -> bool:
    """Whether a check that measures ended because of what the submission costs."""
    measured = result.check.kind.is_measured  # others are over the budget of output only
    return measured and result.outcome in (Outcome.OVER_BUDGET, _RAN_OUT.get(result.check.kind))


def cost_diagnoses(exercise: Exercise, checks: Sequence[CheckResult], wrong: Collection[str]) -> list[Diagnosis]:
    """Say what may break each budget that broke.

    Args:
        exercise: whose mistakes declare which checks they break.
        checks: all results; a cause that would also have broken a check that passed is no cause.
        wrong: functions whose answers are wrong; their cost means nothing yet.
    """
    passed = {each.check.id for each in checks if each.outcome is Outcome.PASSED}
    by_function: dict[str, list[CheckResult]] = {}
    for each in checks:
        if over_budget(each) and each.check.function not in wrong:
            by_function.setdefault(each.check.function, []).append(each)
    found = []
    for function, broken in by_function.items():
        ids = [each.check.id for each in broken]
        causes = [
            each
            for each in exercise.mistakes
            if each.kind is MistakeKind.COST and set(each.breaks) & set(ids) and not set(each.breaks) & passed
        ]
        # The cause that explains the most broken checks comes first.
        causes.sort(key=lambda each: -len(set(each.breaks) & set(ids)))
        title, explanation = cost_text(causes, all(each.check.kind is CheckKind.MEMORY for each in broken))
        found.append(
            Diagnosis(
                function=function,
                kind=MistakeKind.COST,
                confidence=Confidence.SEVERAL if causes else Confidence.SYMPTOM,
                mistakes=tuple(each.id for each in causes),
                title=title,
                explanation=explanation,
                checks=tuple(ids),
            )
        )
    return found


def rule_breakers(exercise: Exercise, function: str) -> tuple[Mistake, ...]:
    """The known mistakes that break a rule in a function, those rooted there before those that inherit it."""
    known = [each for each in exercise.mistakes if each.kind is MistakeKind.RULE]
    rooted = [each for each in known if function in each.functions]
    return tuple(rooted or [each for each in known if function in each.inherits])


def rule_diagnosis(
    exercise: Exercise,
    function: str,
    causes: Sequence[Mistake],
    checks: Iterable[str],
    observations: Iterable[Observation],
    inherited_by: tuple[str, ...] = (),
) -> Diagnosis:
    """Say that something not allowed was used, by name where the name was seen."""
    aliases: Mapping[str, str] = canonical_names(exercise.not_allowed)
    names = dict.fromkeys(aliases.get(each.name, each.name[:80]) for each in observations if isinstance(each, Blocked))
    title, explanation = rule_text(causes, list(names))
    return Diagnosis(
        function=function,
        kind=MistakeKind.RULE,
        confidence=Confidence.SEVERAL if causes else Confidence.SYMPTOM,
        mistakes=tuple(each.id for each in causes),
        title=title,
        explanation=explanation,
        checks=tuple(checks),
        inherited_by=inherited_by,
    )
