"""The tools that test the tests: mutants are programs that differ, explanations belong to mutants, merges keep both."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from grader.catalog.find import slugs
from grader.config import solutions_dir

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.proofs.mutants import equivalent, mutants_of
from tools.proofs.pairs import merge


@pytest.mark.parametrize("slug", slugs())
def test_mutants_are_other_programs(slug: str) -> None:
    """Each compiles, differs from the reference in its syntax tree, and has a name of its own."""
    source = (solutions_dir() / slug / f"{slug}.py").read_text(encoding="utf-8")
    mutants = list(mutants_of(source))
    original = ast.dump(ast.parse(source))

    assert len(mutants) > 50
    assert len({each.id for each in mutants}) == len(mutants)
    assert all(ast.dump(ast.parse(each.source)) != original for each in mutants)


@pytest.mark.parametrize("slug", slugs())
def test_what_is_explained_is_a_mutant(slug: str) -> None:
    """A reference that was changed leaves no excuse behind for a mutant that is no more."""
    source = (solutions_dir() / slug / f"{slug}.py").read_text(encoding="utf-8")

    assert set(equivalent(slug)) <= {each.id for each in mutants_of(source)}
    assert all(equivalent(slug).values())


def test_two_edits_are_merged(tmp_path: Path) -> None:
    """Both are in the merged file; edits of one line make no pair."""
    reference, one, other, same = (tmp_path / name for name in ("reference", "one", "other", "same"))
    lines = [f"{name} = 1" for name in "abcdefghij"]
    reference.write_text("\n".join(lines) + "\n")
    one.write_text('"""Head."""\n\n' + "\n".join(["a = 2", *lines[1:]]) + "\n")
    other.write_text("\n".join([*lines[:-1], "j = 3"]) + "\n")
    same.write_text("\n".join(["a = 4", *lines[1:]]) + "\n")

    assert merge(reference, one, other) == "\n".join(["a = 2", *lines[1:-1], "j = 3"]).encode() + b"\n"
    assert merge(reference, one, same) is None
