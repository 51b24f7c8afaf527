"""What changed between two gradings of a file that is being worked on, and what to fix first."""

from __future__ import annotations

import msgspec

from grader.model import PENDING, CheckResult, Diagnosis, Outcome, Report

_SILENT = PENDING | {Outcome.PASSED}  # nothing for the candidate to fix in these
_LATER = {Outcome.NOT_ATTEMPTED, Outcome.SKIPPED}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What the last save did."""

    points: float  # gained; negative: lost
    fixed: tuple[CheckResult, ...]  # pass now, and did not
    broken: tuple[CheckResult, ...]  # passed, and do not any more
    cured: tuple[Diagnosis, ...]  # diagnoses that are gone: what they explained passes now
    made: tuple[Diagnosis, ...]  # diagnoses that are new

    @property
    def nothing(self) -> bool:
        return not (self.points or self.fixed or self.broken or self.cured or self.made)


def change_between(before: Report, after: Report) -> Change:
    """Compare two gradings of one exercise, check by check. What only one of them graded is left out of it."""
    was = {each.check.id: each for each in before.checks}
    graded = {each.check.id for each in after.checks if each.outcome is not Outcome.NOT_GRADED}
    graded &= {each.check.id for each in before.checks if each.outcome is not Outcome.NOT_GRADED}
    both = [(was[each.check.id], each) for each in after.checks if each.check.id in graded]
    passed = {each.check.id for each in after.checks if _passed(each)}
    known = {each.check.id for each in after.checks}
    old, new = ({(each.function, each.mistakes): each for each in report.diagnoses} for report in (before, after))
    return Change(
        points=round(sum(now.points - then.points for then, now in both), 2),
        fixed=tuple(now for then, now in both if _passed(now) and not _passed(then)),
        broken=tuple(now for then, now in both if _passed(then) and not _passed(now)),
        cured=tuple(each for key, each in old.items() if key not in new and _gone(each, passed, known)),
        made=tuple(each for key, each in new.items() if key not in old and graded.intersection(each.checks)),
    )


class ToFix(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to fix: checks that fail for one reason, with the diagnosis where there is one."""

    checks: tuple[CheckResult, ...]
    diagnosis: Diagnosis | None

    @property
    def first(self) -> CheckResult:
        return self.checks[0]


def to_fix(report: Report) -> tuple[ToFix, ...]:
    """What to fix, the first thing first: what is wrong before what is not begun, each in the order of the checks.

    Checks that one diagnosis explains are one thing, and so are those of a part that say the same.
    """
    wrong = [each for each in report.checks if each.outcome not in _SILENT | _LATER]
    waiting = [each for each in report.checks if each.outcome is Outcome.NOT_ATTEMPTED]
    found: dict[tuple[object, ...], list[CheckResult]] = {}
    named: dict[tuple[object, ...], Diagnosis] = {}
    for each in (*wrong, *waiting):
        diagnosis = next((one for one in report.diagnoses if each.check.id in one.checks), None)
        key: tuple[object, ...]
        if diagnosis is not None:
            key = ("diagnosis", diagnosis.function, diagnosis.mistakes, diagnosis.title.en)
            named[key] = diagnosis
        elif each.outcome is Outcome.NOT_ATTEMPTED:
            key = ("part", each.check.part)
        else:
            key = ("message", each.check.part, each.outcome, each.message.en)
        found.setdefault(key, []).append(each)
    return tuple(ToFix(checks=tuple(checks), diagnosis=named.get(key)) for key, checks in found.items())


def untimed_is_right(report: Report) -> bool:
    """Whether nothing is wrong and something was left out: time to take the times too."""
    return not to_fix(report) and any(
        each.outcome is Outcome.NOT_GRADED and not each.check.full for each in report.checks
    )


def _passed(result: CheckResult) -> bool:
    return result.outcome is Outcome.PASSED


def _gone(diagnosis: Diagnosis, passed: set[str], known: set[str]) -> bool:
    """Whether every check that it explained was run again and passed, as the history has it."""
    checks = known.intersection(diagnosis.checks)
    return bool(checks) and checks <= passed
