"""What a report of a known submission must look like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from grader.i18n import say
from grader.model import Confidence, Exercise, Mistake, MistakeKind, Outcome, Report, Text

_UNBROKEN = (
    Outcome.PASSED,
    Outcome.NOT_GRADED,
    Outcome.SKIPPED,
    Outcome.TOO_NOISY,
    Outcome.NEEDS_PERSON,
)


class Problem(msgspec.Struct, frozen=True):
    """What is not as it should be; `noisy` where it is only too noisy to say."""

    text: Text
    noisy: bool = False


def broken(report: Report) -> tuple[str, ...]:
    """The checks that a submission breaks; skipped ones only follow others."""
    return tuple(each.check.id for each in report.checks if each.outcome not in _UNBROKEN)


def mistake_problems(exercise: Exercise, mistake: Mistake, report: Report) -> list[Problem]:
    """A mistake of value or rule must fail, be named as itself, and break no check of what it leaves right."""
    problems: list[Problem] = []
    failing = broken(report)
    if not failing:
        problems.append(Problem(say("{mistake} breaks no check.", mistake=mistake.id)))
    problems.extend(_strays(mistake, report, failing))
    if mistake.kind is MistakeKind.RULE and not any(each.outcome is Outcome.BLOCKED for each in report.checks):
        problems.append(Problem(say("{mistake} should be blocked.", mistake=mistake.id)))
    named_right = _all_named(exercise, mistake, report) if mistake.made_of else _named(exercise, mistake, report)
    if failing and not named_right:
        named = ", ".join("/".join(d.mistakes) or d.title.en for d in report.diagnoses) or "-"
        problems.append(
            Problem(say("{mistake} is not named as itself but as {named}.", mistake=mistake.id, named=named))
        )
    return problems


def cost_problems(exercise: Exercise, mistake: Mistake, report: Report) -> list[Problem]:
    """A mistake of cost must break just the budgets it is there to break, with the margin that the scale adds."""
    problems: list[Problem] = []
    results = {each.check.id: each for each in report.checks}
    for check in mistake.breaks:
        result = results.get(check)
        if result is None:
            text = say("{mistake} says it breaks {check}, which does not exist.", mistake=mistake.id, check=check)
            problems.append(Problem(text))
        elif result.outcome in (Outcome.TOO_NOISY, Outcome.NEEDS_PERSON):
            text = say("{mistake}: whether it is over {check} is too noisy to say.", mistake=mistake.id, check=check)
            problems.append(Problem(text, noisy=True))
        elif result.outcome is not Outcome.OVER_BUDGET:
            text = say(
                "{mistake} should be over the budget of {check} with a margin of 1.3; it is {outcome}.",
                mistake=mistake.id,
                check=check,
                outcome=result.outcome.value,
            )
            problems.append(Problem(text))
    problems.extend(
        Problem(say("{mistake} breaks {check}, which it should not.", mistake=mistake.id, check=check))
        for check in broken(report)
        if check not in mistake.breaks
    )
    if not problems and not _named(exercise, mistake, report):
        problems.append(Problem(say("{mistake} is not among the likely causes named.", mistake=mistake.id)))
    return problems


def _strays(mistake: Mistake, report: Report, failing: Sequence[str]) -> Iterable[Problem]:
    allowed = {*mistake.functions, *mistake.inherits}
    for result in report.checks:
        if mistake.made_of and result.outcome is Outcome.NOT_ATTEMPTED:
            continue  # a combination was met somewhere, where nobody knew of our contract
        if result.check.id in failing and result.check.function not in allowed:
            yield Problem(
                say("{mistake} breaks {check}, which it should not.", mistake=mistake.id, check=result.check.id)
            )


def _named(exercise: Exercise, mistake: Mistake, report: Report) -> bool:
    """Named alone, or with no others than its declared equals; likely causes of cost may be several."""
    equals = _family(exercise, mistake.id)
    for diagnosis in report.diagnoses:
        if mistake.id not in diagnosis.mistakes:
            continue
        if mistake.kind is MistakeKind.COST:
            return diagnosis.kind is MistakeKind.COST
        if mistake.kind is MistakeKind.RULE:
            return diagnosis.kind is MistakeKind.RULE
        if set(diagnosis.mistakes) <= equals and diagnosis.confidence is Confidence.EXACT:
            return True
    return False


def _all_named(exercise: Exercise, whole: Mistake, report: Report) -> bool:
    """Each part of a combination is named, as itself or as its equal, and nothing else is."""
    named = {name for diagnosis in report.diagnoses for name in diagnosis.mistakes}
    families = [_family(exercise, part) for part in whole.made_of]
    return all(family & named for family in families) and named <= set().union(*families)


def _family(exercise: Exercise, mistake: str) -> set[str]:
    """A mistake and those that are declared equal to it."""
    found = {mistake}
    for each in exercise.mistakes:
        if each.id == mistake:
            found.update(each.equals)
        elif mistake in each.equals:
            found.add(each.id)
    return found
