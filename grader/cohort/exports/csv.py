"""A roll as CSV: one row a candidate and exercise, with what counts."""

from __future__ import annotations

from grader.cohort.exports.cells import Cell, table
from grader.cohort.roll import Person, Result, Roll
from grader.cohort.summary import matters_of_result

COLUMNS = (
    "candidate",
    "exercise",
    "attempt",
    "attempts",
    "submitted_at",
    "late_hours",
    "verdict",
    "score",
    "max_score",
    "credit_percent",
    "total_percent",
    "mistakes",
    "overrides",
    "waits_for_person",
)


def csv_document(roll: Roll) -> bytes:
    """The file. Numbers have no unit but the one in the name of their column; an empty cell is not known."""
    rows: list[tuple[Cell, ...]] = [COLUMNS]
    for person in roll.people:
        for subject in roll.subjects:
            rows.append(_row(person, subject.slug, person.results.get(subject.slug)))  # noqa: PERF401
    return table(rows)


def _row(person: Person, exercise: str, result: Result | None) -> tuple[Cell, ...]:
    total = rounded(person.total)
    if result is None:
        waits = "yes" if person.problems else "no"  # it may be what could not be taken in
        return (person.name, exercise, None, 0, None, None, "not_handed_in", 0, None, 0, total, None, 0, waits)
    attempt = result.attempt
    graded = attempt.verdict is not None
    return (
        person.name,
        exercise,
        attempt.number,
        result.attempts,
        attempt.submitted_at,
        round(result.late_s / 3600, 2),
        attempt.final_verdict.value if attempt.final_verdict is not None else "not_graded",
        attempt.final_score if graded else None,
        attempt.final_max_score if graded else None,
        rounded(result.credit),
        total,
        " ".join(dict.fromkeys(each.mistake for each in result.mistakes if each.mistake)) or None,
        len(result.overrides),
        "yes" if matters_of_result(result) else "no",
    )


def rounded(share: float | None) -> float | None:
    """A share in per cent, to two places."""
    return None if share is None else round(100 * share, 2)
