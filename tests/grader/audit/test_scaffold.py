"""What `grader new` writes is an exercise with blanks, and a sound one as soon as they are filled."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

import pytest

from grader.audit import audit
from grader.audit.scaffold import Blank, blanks, scaffold
from grader.catalog.load import load
from grader.config import Content, content_of_checkout
from grader.errors import ReportError, UsageError

# What an author writes into the blanks, in the order of file and line; a blank in a comment stands for a whole line.
PROSE = {"en": "The mean of some numbers; of none it is 0.", "zh": "若干数的平均值；没有数时为 0。"}
BODIES = {
    "mean.py": "return sum(values) / len(values) if values else 0.0",
    "another_way.py": "total = 0.0\n    for x in values:\n        total += x\n    return total / max(len(values), 1)",
    "wrong_values.py": "return sum(values) / (len(values) + 1)",
    "wrong_edges.py": "return sum(values) / len(values)",
}


def fill(where: Content, slug: str) -> None:
    """Fill the blanks as an author would: a sentence into each, and a body where one is missing."""
    for blank in list(blanks(load(slug, where))):
        text = blank.file.read_text(encoding="utf-8")
        body = re.search(r"raise NotImplementedError  # FILL-IN\[[^\]]*\]", text)
        if body is not None:
            text = text.replace(body[0], BODIES[blank.file.name])
        chinese = re.search(r"[\u4e00-\u9fff]", blank.what) is not None
        text = text.replace(f"FILL-IN[{blank.what}]", PROSE["zh" if chinese else "en"])
        blank.file.write_text(text, encoding="utf-8")


def test_every_blank_is_listed(tmp_path: Path) -> None:
    """The audit says file, line and what belongs there, in both languages, and nothing beside."""
    scaffold("mean", tmp_path)
    where = content_of_checkout(tmp_path)
    result = audit(["mean"], content=where)
    said = [each.en for each in result.proofs[0].problems]

    assert not result.ok
    assert len(said) == len(list(blanks(load("mean", where)))) > 30
    assert "exercises/mean/exercise.toml, line 6: fill in: title" in said
    assert "solutions/mean/mean.py, line 7: fill in: the right solution" in said
    assert any("第 6 行还没填：标题" in each.zh for each in result.proofs[0].problems)


def test_filled_it_is_sound(tmp_path: Path) -> None:
    """Stub, reference, variant and both mistakes are what they should be, without another word from the author."""
    scaffold("mean", tmp_path)
    where = content_of_checkout(tmp_path)
    fill(where, "mean")
    result = audit(["mean"], content=where)
    proof = result.proofs[0]

    assert [each.en for each in proof.problems] == []
    assert {row.id: (row.verdict, row.named) for row in proof.rows} == {
        "stub": ("not_attempted", ()),
        "wrong_edges": ("runtime_error", ("wrong_edges",)),
        "wrong_values": ("wrong_answer", ("wrong_values",)),
        "reference": ("accepted", ()),
        "another_way": ("accepted", ()),
    }


def test_one_blank_left_is_enough(tmp_path: Path) -> None:
    """It is not proved half-filled."""
    scaffold("mean", tmp_path)
    where = content_of_checkout(tmp_path)
    fill(where, "mean")
    notes = where.solutions / "mean" / "NOTES.md"
    notes.write_text(notes.read_text(encoding="utf-8") + "\nFILL-IN[one more]\n", encoding="utf-8")

    assert next(blanks(load("mean", where))) == Blank(notes, len(notes.read_text().splitlines()), "one more")
    assert not audit(["mean"], content=where).ok


def test_the_function_and_the_order_are_filled_in(tmp_path: Path, adder_content: Content) -> None:
    """The name that was asked for stands in every file; the exercise comes after those that are there."""
    shutil.copytree(adder_content.exercises, tmp_path / "exercises")
    shutil.copytree(adder_content.solutions, tmp_path / "solutions")
    shutil.copytree(adder_content.hidden, tmp_path / "tests" / "hidden")
    files = scaffold("spread", tmp_path, function="spread_of")
    exercise = load("spread", content_of_checkout(tmp_path))

    assert exercise.order == 2
    assert [each.name for each in exercise.functions] == ["spread_of"]
    assert not [file for file in files if re.search(r"\bsolve\b|\$", file.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("slug", ["", "Mean", "two words", "../up", "1st", "class", "json", "x" * 41, "mittelwért"])
def test_names_that_cannot_be_used(tmp_path: Path, slug: str) -> None:
    """Refused before anything is written."""
    with pytest.raises(UsageError):
        scaffold(slug, tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("function", ["", "two words", "def", "é"])
def test_functions_that_cannot_be_named_so(tmp_path: Path, function: str) -> None:
    """Likewise."""
    with pytest.raises(UsageError, match="cannot name a function"):
        scaffold("mean", tmp_path, function=function)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tree", ["exercises", "solutions", "tests/hidden"])
def test_what_is_there_is_never_touched(tmp_path: Path, tree: str) -> None:
    """A folder of that name in any of the three trees is enough to refuse."""
    (tmp_path / tree / "mean").mkdir(parents=True)
    with pytest.raises(UsageError, match="already"):
        scaffold("mean", tmp_path)

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """A clear sentence."""
    (tmp_path / "exercises").write_text("a file", encoding="utf-8")
    with pytest.raises(ReportError, match="cannot be written"):
        scaffold("mean", tmp_path)


def test_a_folder_that_one_may_not_look_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether something is there already cannot even be asked."""

    def refuse(path: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "exists", refuse)
    with pytest.raises(ReportError, match=r"mean cannot be written: Permission denied"):
        scaffold("mean", tmp_path)
