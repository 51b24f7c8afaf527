"""A roll as Canvas imports it into its gradebook: one column an exercise, in points of 100.

Canvas finds students by their ids. What the gradebook knows of a candidate is the name of a folder, so it stands under
`Student` and under `SIS Login ID`; whoever names folders by login imports without further work. A cell is
left empty, which Canvas takes for no change, while anything of the attempt waits: what is decided so far is no grade,
and nobody over there could tell the two apart.
"""

from __future__ import annotations

from grader.cohort.exports.cells import Cell, table
from grader.cohort.exports.csv import rounded
from grader.cohort.roll import Person, Roll
from grader.cohort.summary import matters_of_result

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
        cells = (_cell(person, subject.slug) for subject in roll.subjects)
        rows.append((person.name, None, None, person.name, None, *cells))
    return table(rows, mark=False)


def left_empty(roll: Roll) -> int:
    """How many cells are left empty."""
    return sum(_cell(person, slug) is None for person in roll.people for slug in person.results)


def _cell(person: Person, slug: str) -> Cell:
    result = person.results.get(slug)
    if result is None:
        return 0
    return None if matters_of_result(result) else rounded(result.credit)
