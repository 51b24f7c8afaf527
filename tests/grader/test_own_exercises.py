"""Exercises of one's own, outside the grader: GRADER_CONTENT_DIR has every command use them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CONTENT = Path(__file__).resolve().parent / "data" / "content"
WALL_S = 120


class Author:
    """Somebody with a folder of exercises and an installed grader."""

    def __init__(self, home: Path, run: Path) -> None:
        self.folder = home / "desk"
        own = home / "own"
        for here, there in (("exercises", "exercises"), ("solutions", "solutions"), ("hidden", "tests/hidden")):
            shutil.copytree(CONTENT / here, own / there)
        self.folder.mkdir()
        self.right = (own / "solutions" / "adder" / "adder.py").read_text()
        self.environment = {
            **os.environ,
            "GRADER_CONTENT_DIR": str(own),
            "GRADER_DATA_DIR": str(home / "data"),
            "GRADER_RUNTIME_DIR": str(run),
        }

    def grader(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "grader", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=WALL_S,
        )


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Author]:
    with tempfile.TemporaryDirectory(prefix="gr-", dir="/tmp") as run:  # short, whatever TMPDIR is
        yield Author(tmp_path, Path(run))


def test_the_list_is_theirs(author: Author) -> None:
    """And nothing else is in it."""
    done = author.grader("list", "--json")

    assert [each["exercise"] for each in json.loads(done.stdout)["exercises"]] == ["adder"], done.stderr


def test_a_submission_is_graded_cold_and_by_the_warm_server(author: Author) -> None:
    """The server that is started for them holds their exercises too."""
    (author.folder / "adder.py").write_text(author.right)
    try:
        cold, begun, warm = (author.grader("run", "adder.py", *more) for more in (("--cold",), (), ()))
    finally:
        author.grader("server", "stop")

    for each in (cold, begun, warm):
        assert each.returncode == 0, each.stdout + each.stderr
        assert "100 / 100" in each.stdout


def test_a_folder_is_graded(author: Author) -> None:
    """Candidates, gradebook, export."""
    for name, source in (("ada", author.right), ("ben", "def add(a, b):\n    return a - b\n")):
        (author.folder / "in" / name).mkdir(parents=True)
        (author.folder / "in" / name / "adder.py").write_text(source)

    graded = author.grader("grade", "in", "--out", "out", "--no-timing")
    exported = author.grader("export", "--gradebook", "out/gradebook.sqlite", "--to", "csv", "--out", "-")

    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert exported.returncode == 0, exported.stderr
    assert "ada" in exported.stdout and "ben" in exported.stdout


def test_a_folder_without_exercises_is_said_to_be_one(author: Author, tmp_path: Path) -> None:
    """A slip in the variable is not taken for a grader that lost its exercises."""
    author.environment["GRADER_CONTENT_DIR"] = str(tmp_path / "elsewhere")

    done = author.grader("run", "--exercise", "adder", "adder.py")

    assert done.returncode == 2
    assert "GRADER_CONTENT_DIR" in done.stderr and str(tmp_path / "elsewhere") in done.stderr
