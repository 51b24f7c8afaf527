"""A roll as JUnit XML: a suite a candidate and exercise, a case a check, as `grader run --junit` writes it.

What a person decided shows: a check that was given all its points passes, and each suite has it among its properties.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from grader.cohort.roll import Person, Result, Roll
from grader.model import CheckResult, Outcome, Report
from grader.report.junit import junit_document
from grader.report.phrase import Phrase

Fetch = Callable[[Result], tuple[Report, bytes] | None]


def junit_export(roll: Roll, fetch: Fetch, phrase: Phrase) -> bytes:
    """The document.

    Args:
        fetch: gives the report of an attempt that counts, and its source.
    """
    found = []
    for person in roll.people:
        for result in person.results.values():
            got = fetch(result)
            if got is not None:
                found.append((_decided(got[0], person, result), got[1]))
    return junit_document(found, phrase.language)


def _decided(report: Report, person: Person, result: Result) -> Report:
    """The report with a person's decisions in it, under the candidate's name."""
    rows = {each.check: each for each in result.checks}
    checks = []
    for each in report.checks:
        row = rows.get(each.check.id)
        checks.append(each if row is None or row.override is None else _overridden(each, row.override))
    return msgspec.structs.replace(
        report,
        submission_name=f"{person.name}/{report.exercise}",
        checks=tuple(checks),
        score=result.attempt.final_score,
        max_score=result.attempt.final_max_score,
    )


def _overridden(check: CheckResult, points: float) -> CheckResult:
    outcome = Outcome.PASSED if points >= check.check.points else Outcome.FAILED
    return msgspec.structs.replace(check, points=points, outcome=outcome)
