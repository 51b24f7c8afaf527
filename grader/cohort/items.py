"""Item analysis: what each check tells about a cohort, in the usual figures of test theory.

Difficulty is the share of the points that were won; discrimination the point-biserial correlation of passing the check
with the rest of the score (the check itself taken out, else it would correlate with itself). Left out are those for
whom the check is open. This module must not know names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import msgspec

from grader.cohort.roll import Result, Subject
from grader.model import PENDING, Outcome, Text

Remark = Literal["everybody", "nobody", "backwards", "weak", ""]

LEAST_ANSWERS = 5  # below, no figure means anything
_WEAK = 0.1  # a discrimination below this one tells good from weak candidates no better than chance would


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One check of one exercise, over all who answered it."""

    exercise: str
    check: str
    title: Text
    part: str
    max_points: float
    answers: int
    passed: int
    difficulty: float | None  # share of the points won, 0 (nobody) to 1 (everybody)
    discrimination: float | None  # point-biserial, -1 to 1; None where all did alike
    remark: Remark  # "everybody" and "nobody": a dead check


def items_of(subject: Subject, results: Iterable[Result]) -> tuple[Item, ...]:
    """Analyse the checks of one exercise, in the order of its report."""
    answers: dict[str, list[tuple[bool, float, float, float]]] = defaultdict(list)  # passed, points, most, rest
    parts: dict[str, str] = {}
    for result in results:
        judged = [each for each in result.checks if each.outcome not in PENDING or each.override is not None]
        whole = sum(each.final_points for each in judged)
        for each in judged:
            passed = each.final_points >= each.max_points if each.max_points else each.outcome is Outcome.PASSED
            rest = round(whole - each.final_points, 9)  # else the same points could differ in their last bits
            answers[each.check].append((passed, each.final_points, each.max_points, rest))
            parts[each.check] = each.part
    order = [*subject.checks, *sorted(answers.keys() - subject.checks.keys())]
    return tuple(_item(subject, check, parts.get(check, ""), answers[check]) for check in order if answers.get(check))


def _item(subject: Subject, check: str, part: str, answers: list[tuple[bool, float, float, float]]) -> Item:
    passed = [each[0] for each in answers]
    most = sum(each[2] for each in answers)
    discrimination = point_biserial(passed, [each[3] for each in answers])
    return Item(
        exercise=subject.slug,
        check=check,
        title=subject.checks.get(check, Text(check, check)),
        part=part,
        max_points=max(each[2] for each in answers),
        answers=len(answers),
        passed=sum(passed),
        difficulty=sum(each[1] for each in answers) / most if most else None,
        discrimination=discrimination,
        remark=_remark(passed, discrimination),
    )


def point_biserial(passed: list[bool], rest: list[float]) -> float | None:
    """The correlation of a yes or no with a number; None where either is the same for all, or too few answered."""
    if len(passed) < LEAST_ANSWERS or len(set(passed)) < 2 or len(set(rest)) < 2:
        return None
    from scipy import stats  # here: half a second

    return float(stats.pointbiserialr(passed, rest).statistic)


def _remark(passed: list[bool], discrimination: float | None) -> Remark:
    if len(passed) < LEAST_ANSWERS:
        return ""
    if all(passed):
        return "everybody"
    if not any(passed):
        return "nobody"
    if discrimination is None:
        return ""
    return "backwards" if discrimination < -_WEAK else "weak" if discrimination < _WEAK else ""
