"""A copy of the tiny exercise that a test may break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.config import Content
from grader.model import Exercise


class Tree:
    """The files of `adder`, to be broken one at a time."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.folder = content.exercises / "adder"
        self.solutions = content.solutions / "adder"
        self.hidden = content.hidden / "adder"

    def load(self) -> Exercise:
        return load("adder", self.content)

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace a passage that must be there, wherever it stands."""
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def tree(adder_content: Content, tmp_path: Path) -> Tree:
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("exercises", "solutions", "hidden"):
        shutil.copytree(getattr(adder_content, name), tmp_path / name, ignore=ignore)
    nothing = tmp_path / "nothing"
    return Tree(
        Content(
            exercises=tmp_path / "exercises",
            solutions=tmp_path / "solutions",
            hidden=tmp_path / "hidden",
            templates=nothing,
            attacks=nothing,
        )
    )
