"""A kit holds what a candidate needs, and nothing that would answer a check."""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.catalog.find import slugs
from grader.catalog.load import load
from grader.catalog.points import hidden_checks
from grader.cohort.kit import kit, requirements
from grader.config import Content, content
from grader.errors import ContentError, SubmissionError, UsageError

ROOT = Path(__file__).resolve().parents[3]


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """The kit of every exercise that this copy ships."""
    return members(kit(slugs()))


@pytest.fixture
def tree(adder_content: Content, tmp_path: Path) -> Content:
    """A copy of the tiny exercise, to be broken."""
    for name in ("exercises", "solutions", "hidden"):
        shutil.copytree(getattr(adder_content, name), tmp_path / name)
    copies = {name: tmp_path / name for name in ("exercises", "solutions", "hidden")}
    return msgspec.structs.replace(content(), **copies)


def test_what_is_in_it(whole: dict[str, bytes]) -> None:
    """The task, the stub, the visible tests, what they need, and how to install: nothing else, unchanged."""
    allowed = {"README.md", "README.zh.md"}
    for slug in slugs():
        allowed |= {f"{slug}/{name}" for name in ("README.md", "README.zh.md", f"{slug}.py", "test_visible.py")}
        allowed |= {f"{slug}/support.py"} if load(slug).support_file.exists() else set()
        allowed |= {f"{slug}/answers.md"} if load(slug).questions else set()
        data = content().exercises / slug / "data"
        allowed |= {f"{slug}/{file.relative_to(data.parent).as_posix()}" for file in data.rglob("*") if file.is_file()}

    assert whole.keys() == allowed
    for name, data in whole.items():
        if "/" in name:
            assert data == (content().exercises / name).read_bytes()


def _constants(file: Path) -> Iterator[str]:
    """Long strings and long numbers of a file of ours, as they are written there."""
    text = file.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant):
            written = ast.get_source_segment(text, node) or ""
            if (isinstance(node.value, str) and len(node.value) > 24) or (
                isinstance(node.value, int | float) and len(written) > 5
            ):
                yield written


def _bodies(file: Path) -> Iterator[str]:
    """Statements of function bodies, docstrings apart, one line each: what a solution is made of."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            for each in node.body:
                if not isinstance(each, ast.Expr | ast.Raise | ast.FunctionDef | ast.Pass):
                    yield ast.unparse(each)


@pytest.mark.parametrize("slug", slugs())
def test_nothing_that_would_answer_a_check(whole: dict[str, bytes], slug: str) -> None:
    """No hidden test by name, no mistake, no step of the solution, no constant of a hidden test."""
    exercise = load(slug)
    own = {name: data.decode() for name, data in whole.items() if name.startswith(f"{slug}/")}
    code = "\n".join(ast.unparse(ast.parse(text)) for name, text in own.items() if name.endswith(".py"))
    everything = "\n".join(own.values())
    stub = {each for name in own if name.endswith(f"{slug}.py") for each in _bodies(content().exercises / name)}

    for check in hidden_checks(exercise):
        assert f"test_{check.id}" not in everything
    for mistake in exercise.mistakes:
        assert not re.search(rf"\b{mistake.id}\b", everything)
        assert mistake.explanation.zh not in everything
    for statement in set(_bodies(exercise.reference)) - stub:
        assert len(statement) < 25 or statement not in code
    for file in exercise.hidden.glob("test_*.py"):
        known = {
            constant for name in own if name.endswith(".py") for constant in _constants(content().exercises / name)
        }
        assert not [each for each in set(_constants(file)) - known if each in everything]


def test_no_path_of_this_machine(whole: dict[str, bytes]) -> None:
    """Nor where the hidden files lie, nor who packed it."""
    for name, data in whole.items():
        text = data.decode()
        for word in (str(ROOT), str(Path.home()) + "/", "tests/hidden", "solutions/", "_content"):
            assert word not in text, name


def test_a_planted_secret_stays_out(tree: Content) -> None:
    """Whatever lies beside the allowed files, or in the other trees, has no way in."""
    canary = "CANARY-a81f"
    folder = tree.exercises / "adder"
    for file in (
        folder / "solution.py",
        folder / "test_hidden.py",
        folder / ".env",
        folder / "__pycache__" / "adder.pyc",
        folder / "data" / ".git" / "config",
        folder / "data" / "__pycache__" / "x.pyc",
        tree.solutions / "adder" / "extra.py",
        tree.hidden / "adder" / "test_more.py",
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'"""{canary}"""\n', encoding="utf-8")
    (folder / "data" / "numbers.txt").write_text("1 2 3", encoding="utf-8")
    packed = kit(["adder"], tree)

    assert canary.encode() not in packed
    assert members(packed)["adder/data/numbers.txt"] == b"1 2 3"


@pytest.mark.parametrize("name", ["support.py", "data/answers.txt"])
def test_a_link_is_refused(tree: Content, name: str) -> None:
    """It could lead to what must not leave."""
    link = tree.exercises / "adder" / name
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(tree.solutions / "adder" / "adder.py")
    with pytest.raises(SubmissionError, match="symbolic link"):
        kit(["adder"], tree)


def test_a_solution_in_place_of_the_stub_is_refused(tree: Content) -> None:
    """An author who copied the wrong file is told before anyone has it."""
    shutil.copy(tree.solutions / "adder" / "adder.py", tree.exercises / "adder" / "adder.py")
    with pytest.raises(ContentError, match=r"adder\.py is a solution, not a stub"):
        kit(["adder"], tree)


def test_nothing_to_pack() -> None:
    """A kit of nothing is a slip."""
    with pytest.raises(UsageError, match="no exercises"):
        kit([])


def test_the_same_bytes_every_time(tree: Content, tmp_path: Path) -> None:
    """Order asked for, dates and permissions of the files make no difference."""
    first = kit(["adder"], tree)
    for file in (tree.exercises / "adder").rglob("*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0o700)

    assert kit(["adder", "adder"], tree) == first
    assert kit(list(reversed(slugs()))) == kit(slugs())


def test_libraries_are_named_with_their_versions() -> None:
    """As this grader itself asks for them; what comes with Python is left out."""
    wanted = requirements([load("self_attention")])
    libraries = [re.split(r"[<>=]", each)[0] for each in wanted]

    assert libraries == ["pytest", "torch"]
    assert all(re.search(r"[<>=]", each) for each in wanted)


def test_it_works_where_it_is_unpacked(tree: Content, tmp_path: Path) -> None:
    """The visible tests run with the unpacked files alone: the stub fails them, a solution passes."""
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(kit(["adder"], tree))) as archive:
        archive.extractall(folder)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:grader", "test_visible.py"]

    def run() -> str:
        done = subprocess.run(command, cwd=folder / "adder", capture_output=True, text=True, check=False)
        return done.stdout

    assert "2 failed" in run()
    shutil.copy(tree.solutions / "adder" / "adder.py", folder / "adder" / "adder.py")
    assert "2 passed" in run()
