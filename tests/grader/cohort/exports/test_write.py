"""Every format, from one gradebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from grader.cohort.exports.write import FILES, Target, export
from grader.cohort.rules import Rules
from grader.gradebook import Gradebook

if TYPE_CHECKING:
    from conftest import Classroom


@pytest.mark.parametrize("target", get_args(Target))
def test_the_same_gradebook_gives_the_same_bytes(cohort_file: Path, target: Target) -> None:
    """Whoever compares two exports sees what changed and nothing else."""
    with Gradebook.open(cohort_file) as book:
        first, second = (export(book, Rules(), target, "en") for _ in range(2))

    assert first == second
    assert len(first) > 1000
    assert target in FILES


@pytest.mark.parametrize("target", get_args(Target))
def test_an_empty_gradebook_is_no_fault(classroom: Classroom, target: Target) -> None:
    """It gives a document with nobody in it."""
    assert export(classroom.close_door(), Rules(), target, "en")


@pytest.mark.parametrize("target", get_args(Target))
def test_anonymous_exports_name_nobody(classroom: Classroom, target: Target) -> None:
    """In any format, in tracebacks neither."""
    classroom.hand_in("Rumpelstilzchen", "easy", output="I am Rumpelstilzchen", open_="hard")
    book = classroom.close_door()
    book.mark(book.attempts()[0].id, "hard", 5, who="kim", why="Rumpelstilzchen explained it")
    document = export(book, Rules(), target, "en", anonymous=True)

    assert b"rumpelstilzchen" not in document.lower()
