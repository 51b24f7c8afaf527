"""Where a cohort's files lie."""

from __future__ import annotations

from pathlib import Path

from grader.cohort import place


def test_the_report_lies_beside_its_gradebook() -> None:
    """One folder holds both, wherever it was put."""
    book = place.gradebook_file(Path("spring"))

    assert book == Path("spring/gradebook.sqlite")
    assert place.report_folder(book) == Path("spring/report")
