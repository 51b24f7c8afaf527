"""A roll as Canvas imports it into its gradebook: one column an exercise, in points of 100.

Canvas finds students by their ids. What the gradebook knows of a candidate is the name of a folder, so it stands under
`Student` and under `SIS Login ID`; whoever names folders by login imports without further work. Exercises that nothing
is decided about are left empty, which Canvas takes for no change.
"""

from __future__ import annotations

from grader.cohort.exports.cells import Cell, table
from grader.cohort.exports.csv import rounded
from grader.cohort.roll import Roll

_FIXED = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS = 100


def canvas_document(roll: Roll) -> bytes:
    """The file, with the row of possible points that Canvas asks for."""
    titles = [f"{subject.title.en} ({subject.slug})" for subject in roll.subjects]
    rows: list[tuple[Cell, ...]] = [
        (*_FIXED, *titles),
        ("    Points Possible", None, None, None, None, *(POINTS for _ in titles)),
    ]
    for person in roll.people:
        credits_ = (
            rounded(person.results[subject.slug].credit) if subject.slug in person.results else 0
            for subject in roll.subjects
        )
        rows.append((person.name, None, None, person.name, None, *credits_))
    return table(rows, mark=False)
