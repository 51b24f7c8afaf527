"""Which checks are run at all: what was left out on request, what is blocked, and what depends on something failed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from grader import timing
from grader.catalog import models
from grader.grading.options import GradeOptions
from grader.i18n import say
from grader.model import Check, CheckKind, CheckResult, Exercise, Outcome, Text
from grader.sandbox import accounts
from grader.wire.messages import Use

# A function that hangs in so many checks will hang in the rest of them.
TIMEOUTS_PER_FUNCTION = 3

# Nothing of the candidate's went wrong; what comes after is not to suffer for it.
_HARMLESS = (Outcome.PASSED, Outcome.NOT_GRADED, Outcome.NEEDS_PERSON, Outcome.TOO_NOISY, Outcome.GRADER_FAULT)


def left_out(check: Check, options: GradeOptions, exercise: Exercise) -> Text | None:
    """Why a check is not graded, or None where it is."""
    if options.visible_only and check.visibility == "hidden":
        return say("Left out: only visible checks were asked for.")
    if options.parts and check.part not in options.parts:
        return say("Left out: another part was asked for.")
    if not options.timing and check.kind is CheckKind.TIME:
        return say("Left out: no timing was asked for.")
    if check.kind is CheckKind.TIME and not timing.available():
        return say("Left out: this system does not show the CPU time of another process.")
    if check.kind is CheckKind.MEMORY and not accounts.available():
        return say("Left out: this system does not show the memory of another process.")
    if check.full and not options.full:
        return say("Left out: it belongs to the slow checks of --full.")
    for model in models.missing(exercise, check.requires):
        return say(
            "Skipped because the model {name} is not installed. To install it: {command}",
            name=model.name,
            command=model.install,
        )
    return None


def overdrawn(check: Check, exercise: Exercise, wall_spent_s: float, options: GradeOptions) -> CheckResult | None:
    """The result of a check for which a submission has left no time, or None where it has.

    A hundred calls that each take nearly as long as one may would keep everybody else waiting for an hour.

    Args:
        wall_spent_s: what the submission's imports and calls have taken so far.
    """
    budget = exercise.budget
    limit_s = max(budget.whole_wall_s, budget.full_whole_wall_s) if options.full else budget.whole_wall_s
    if wall_spent_s <= limit_s or check.function in exercise.questions:
        return None
    text = say(
        "All calls together have taken longer than a submission may ({seconds} s); this was not run any more.",
        seconds=f"{limit_s:g}",
    )
    return _unrun(check, Outcome.TIMED_OUT, text)


def hindrance(
    check: Check, exercise: Exercise, done: Mapping[str, CheckResult], uses: Sequence[Use]
) -> CheckResult | None:
    """The result of a check that is not to be run, or None where it is.

    Args:
        done: results so far, by check id.
        uses: names not allowed that the source was found to use.
    """
    for use in uses:
        if check.function in use.functions:
            text = say(
                "It uses {name} (line {line}), which this task asks to do without.", name=use.name, line=use.line
            )
            return _unrun(check, Outcome.BLOCKED, text)
    for part in exercise.parts:
        if part.id == check.part:
            for required in part.requires:
                if _part_failed(required, done):
                    title = next(each.title for each in exercise.parts if each.id == required)
                    return _unrun(
                        check,
                        Outcome.SKIPPED,
                        say("Skipped because the part “{title}” did not pass.", title=title),
                        required,
                    )
    for needed in check.needs:
        result = done.get(needed)
        if result is not None and result.outcome not in _HARMLESS:
            if result.outcome is Outcome.NOT_ATTEMPTED:
                return _unrun(check, Outcome.NOT_ATTEMPTED, result.message, needed)
            return _unrun(
                check, Outcome.SKIPPED, say("Skipped because “{title}” did not pass.", title=result.check.title), needed
            )
    hung = [r for r in done.values() if r.check.function == check.function and r.outcome is Outcome.TIMED_OUT]
    if len(hung) >= TIMEOUTS_PER_FUNCTION:
        text = say("Skipped because {function} timed out again and again.", function=check.function)
        return _unrun(check, Outcome.SKIPPED, text, hung[-1].check.id)
    return None


def _part_failed(part: str, done: Mapping[str, CheckResult]) -> bool:
    return any(
        result.check.part == part and result.check.kind is CheckKind.VALUE and result.outcome not in _HARMLESS
        for result in done.values()
    )


def _unrun(check: Check, outcome: Outcome, message: Text, because: str = "") -> CheckResult:
    return CheckResult(check=check, outcome=outcome, points=0.0, message=message, because=because)


def in_order(checks: Sequence[Check], exercise: Exercise) -> list[Check]:
    """Part by part; within a part the measured checks last, and whatever is needed before what needs it."""
    rank = {part.id: number for number, part in enumerate(exercise.parts)}
    ordered = sorted(checks, key=lambda c: (rank[c.part], c.visibility != "visible", c.kind.is_measured))
    placed: list[Check] = []
    names = {check.id for check in checks}
    while ordered:
        known = {check.id for check in placed}
        ready = next((c for c in ordered if all(n in known or n not in names for n in c.needs)), ordered[0])
        ordered.remove(ready)
        placed.append(ready)
    return placed


def by_part(checks: Sequence[Check]) -> list[tuple[Check, ...]]:
    """The parts in the order of the report."""
    return [tuple(mine) for _, mine in itertools.groupby(checks, key=lambda check: check.part)]


def in_turn(checks: Sequence[Check], exercise: Exercise) -> list[tuple[Check, ...]]:
    """The parts in another order: who measures memory comes as soon as what that needs is done.

    Where such a measurement can go on beside other checks, there should be some left.

    Args:
        checks: in the order of the report.
    """
    parts = by_part(checks)
    requires = {part.id: part.requires for part in exercise.parts}
    taken: list[tuple[Check, ...]] = []

    def take(at: int) -> None:
        mine = parts[at]
        needs = {name for check in mine for name in check.needs}
        for earlier, others in enumerate(parts[:at]):
            part = others[0].part
            if part == mine[0].part or part in requires[mine[0].part] or any(each.id in needs for each in others):
                take(earlier)
        if mine not in taken:
            taken.append(mine)

    for at in sorted(range(len(parts)), key=lambda at: all(c.kind is not CheckKind.MEMORY for c in parts[at])):
        take(at)
    return taken
