"""Which hint comes next: the ladder of the part that fails now, one rung at a time.

A part that was tried and is wrong comes before one that was not begun; within either, parts go in their own order.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from grader.model import PENDING, CheckResult, Exercise, Outcome, Part, Text

# Neither speaks for or against a part.
_SILENT = PENDING | {Outcome.PASSED}
_NOT_BEGUN = {Outcome.NOT_ATTEMPTED, Outcome.SKIPPED}


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """One rung of a ladder."""

    part: Part
    level: int  # from 1; 0: the part has no hints
    levels: int
    text: Text
    new: bool  # False: all were shown before, and this is the last one again


def part_in_need(exercise: Exercise, outcomes: Mapping[str, set[Outcome]]) -> Part | None:
    """The part to look at first, or None where nothing is wrong.

    Args:
        outcomes: what became of the checks of each part; of a part that is missing, nothing is known.
    """
    begun = [part for part in exercise.parts if outcomes.get(part.id, set()) - _SILENT - _NOT_BEGUN]
    waiting = [part for part in exercise.parts if outcomes.get(part.id, set()) & _NOT_BEGUN]
    return next(iter([*begun, *waiting]), None)


def outcomes_by_part(results: tuple[CheckResult, ...]) -> dict[str, set[Outcome]]:
    """What became of the checks of each part."""
    found: dict[str, set[Outcome]] = {}
    for each in results:
        found.setdefault(each.check.part, set()).add(each.outcome)
    return found


def next_hint(part: Part, shown: int) -> Hint:
    """The next rung of a part's ladder.

    Args:
        shown: how many were shown before.
    """
    levels = len(part.hints)
    level = min(shown + 1, levels)
    text = part.hints[level - 1] if level else Text(en="", zh="")
    return Hint(part=part, level=level, levels=levels, text=text, new=shown < levels)
