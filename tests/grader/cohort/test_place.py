"""Where a cohort's files lie."""

from __future__ import annotations

from pathlib import Path

from grader.cohort import place


def test_the_report_lies_beside_its_gradebook() -> None:
    """One folder holds both, wherever it was put."""
    book = place.gradebook_file(Path("spring"))

    assert book == Path("spring/gradebook.sqlite")
    assert place.report_folder(book) == Path("spring/report")


def test_all_that_belongs_to_a_gradebook(tmp_path: Path) -> None:
    """What SQLite and we put beside it, and beside the file that a link leads to."""
    real, link = tmp_path / "there" / "real.sqlite", tmp_path / "here" / "gradebook.sqlite"
    for each in (real, link):
        each.parent.mkdir()
    link.symlink_to(real)

    found = {str(each.relative_to(tmp_path)) for each in place.files_of(link)}

    assert {"here/gradebook.sqlite", "here/report", "there/real.sqlite", "there/report"} <= found
    assert {f"there/real.sqlite{ending}" for ending in ("-wal", "-shm", ".lock")} <= found
