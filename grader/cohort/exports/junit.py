"""A roll as JUnit XML: a suite a candidate and exercise, a case a check, as `grader run --junit` writes it.

What a person decided shows: a check that was given all its points passes, any other fails, and each decision stands
among the properties of its suite with who, when and why.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from grader.cohort.roll import Person, Result, Roll
from grader.gradebook import CheckRow, Override
from grader.i18n import say
from grader.model import CheckResult, Report
from grader.report.junit import junit_document
from grader.report.phrase import Phrase
from grader.report.words import number

Fetch = Callable[[Result], tuple[Report, bytes] | None]


def junit_export(roll: Roll, fetch: Fetch, phrase: Phrase) -> bytes:
    """The document.

    Args:
        fetch: gives the report of an attempt that counts, and its source.
    """
    found = []
    decisions = []
    for person in roll.people:
        for result in person.results.values():
            got = fetch(result)
            if got is not None:
                found.append((_decided(got[0], person, result), got[1]))
                decisions.append(tuple(_property(each) for each in result.overrides))
    return junit_document(found, phrase.language, properties=decisions)


def _property(decision: Override) -> tuple[str, str]:
    """Of several on one check all are there, oldest first, as on the candidate's page."""
    return f"decision:{decision.check}", f"{number(decision.points)}, {decision.who}, {decision.at}: {decision.why}"


def _decided(report: Report, person: Person, result: Result) -> Report:
    """The report with a person's decisions in it, under the candidate's name."""
    rows = {each.check: each for each in result.checks}
    checks = []
    for each in report.checks:
        row = rows.get(each.check.id)
        checks.append(each if row is None or row.override is None else _overridden(each, row))
    return msgspec.structs.replace(
        report,
        submission_name=f"{person.name}/{report.exercise}",
        verdict=result.attempt.final_verdict or report.verdict,
        checks=tuple(checks),
        score=result.attempt.final_score,
        max_score=result.attempt.final_max_score,
    )


def _overridden(check: CheckResult, row: CheckRow) -> CheckResult:
    return msgspec.structs.replace(
        check, points=row.final_points, outcome=row.final_outcome, message=say("Decided by a person."), traceback=""
    )
