"""The version of an exercise."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.catalog.version import content_files
from grader.config import Content, content_of_checkout


@pytest.mark.parametrize(
    "file", ["exercises/sums/sums.py", "solutions/sums/mistakes/subtracts.py", "tests/hidden/sums/test_add.py"]
)
def test_any_file_that_can_change_a_grade_changes_the_version(tree: Content, file: str) -> None:
    """One byte in the exercise, its solutions or its hidden tests is a new version."""
    before = load("sums", tree).version
    path = tree.exercises.parent / file
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    assert load("sums", tree).version != before


def test_a_renamed_file_is_another_version(tree: Content) -> None:
    """Names count: a mistake's id is its file's name."""
    before = load("sums", tree).version
    folder = tree.solutions / "sums" / "mistakes"
    (folder / "subtracts.py").rename(folder / "other.py")

    assert load("sums", tree).version != before


def test_caches_and_places_make_no_difference(
    tree: Content, tmp_path: Path, edit: Callable[[Path, str, str], None]
) -> None:
    """The same tree elsewhere, with byte code lying about, is the same version."""
    before = load("sums", tree).version
    elsewhere = content_of_checkout(tmp_path / "elsewhere")
    shutil.copytree(tree.exercises.parent, elsewhere.exercises.parent)
    cache = elsewhere.hidden / "sums" / "__pycache__"
    cache.mkdir()
    (cache / "test_add.pyc").write_bytes(b"x")
    (elsewhere.exercises / "sums" / ".DS_Store").write_bytes(b"x")

    assert load("sums", elsewhere).version == before
    assert all(file.suffix in {".py", ".toml"} for file in content_files(elsewhere.exercises / "sums"))
