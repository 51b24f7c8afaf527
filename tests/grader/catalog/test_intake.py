"""Path arguments become submissions."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from grader.catalog.intake import take_in
from grader.config import Content
from grader.errors import UnknownExerciseError


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder of the person who grades."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def put(path: Path, content: str = "x = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_is_graded_as_what_it_is_called(tree: Content, desk: Path) -> None:
    """The bytes, their hash and the name as typed."""
    put(desk / "ada" / "sums.py", "x = 1\r\n")

    (submission,) = take_in(["ada/sums.py"], where=tree).submissions

    assert submission.exercise == "sums"
    assert submission.name == "ada/sums.py"
    assert submission.source == b"x = 1\r\n"
    assert submission.sha256 == hashlib.sha256(b"x = 1\r\n").hexdigest()
    assert submission.answers is None


def test_answers_beside_the_file_come_along(tree: Content, desk: Path) -> None:
    """They are part of the submission and of its hash."""
    put(desk / "sums.py")
    put(desk / "answers.md", "## q01\nB\n")

    (submission,) = take_in(["sums.py"], where=tree).submissions

    assert submission.answers == b"## q01\nB\n"


def test_a_folder_is_its_files_and_those_one_level_down(tree: Content, desk: Path) -> None:
    """Sorted, by exercise name only, no deeper, no hidden folders."""
    for name in ("sums.py", "b/sums.py", "a/sums.py", "a/other.py", "a/deep/sums.py", ".venv/sums.py"):
        put(desk / name)

    names = [submission.name for submission in take_in(["."], where=tree).submissions]

    assert names == ["sums.py", "a/sums.py", "b/sums.py"]


def test_what_is_named_twice_is_graded_once(tree: Content, desk: Path) -> None:
    """A file and the folder that it is in."""
    put(desk / "a" / "sums.py")

    assert len(take_in(["a/sums.py", ".", "./a"], where=tree).submissions) == 1


def test_the_exercise_can_be_said(tree: Content, desk: Path) -> None:
    """With it, the file may be called anything."""
    put(desk / "sums (1).py")

    (submission,) = take_in(["sums (1).py"], "sums", tree).submissions

    assert submission.exercise == "sums"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sums (1).py", "Did you mean sums? Rename it, or say which with --exercise."),
        ("sum.py", "Did you mean sums? Rename it, or say which with --exercise."),
        ("sums.txt", "--exercise which one it is: sums."),
        ("zebra.py", "--exercise which one it is: sums."),
        ("gone.py", "exist"),
    ],
)
def test_a_file_of_no_exercise_is_refused(tree: Content, desk: Path, name: str, words: str) -> None:
    """The sentence says what to do; the others are still taken."""
    if name != "gone.py":
        put(desk / name)
    put(desk / "sums.py")

    intake = take_in([name, "sums.py"], where=tree)

    assert len(intake.submissions) == 1
    (refusal,) = intake.refused
    assert words in refusal.text.en
    assert refusal.exit_code == 2


def test_an_unknown_exercise_stops_everything(tree: Content, desk: Path) -> None:
    """Nothing can be graded as what does not exist."""
    put(desk / "sums.py")

    with pytest.raises(UnknownExerciseError):
        take_in(["sums.py"], "product", tree)


@pytest.mark.parametrize("exercise", [None, "sums"])
def test_a_folder_without_an_exercise(tree: Content, desk: Path, exercise: str | None) -> None:
    """The names that were looked for are said."""
    put(desk / "notes.py")

    (refusal,) = take_in(["."], exercise, tree).refused

    assert "sums.py" in refusal.text.en


def test_links_inside_a_folder_are_refused_by_name(tree: Content, desk: Path, tmp_path: Path) -> None:
    """A candidate's link to somebody else's file is named, and costs the others nothing."""
    secret = put(tmp_path / "secret.py", "secret = 1")
    put(desk / "ada" / "sums.py")
    (desk / "eve").mkdir()
    (desk / "eve" / "sums.py").symlink_to(secret)
    put(desk / "mia" / "sums.py")
    (desk / "mia" / "answers.md").symlink_to(secret)

    intake = take_in(["."], where=tree)

    assert [submission.name for submission in intake.submissions] == ["ada/sums.py"]
    assert [
        "eve/sums.py is a symbolic link" in intake.refused[0].text.en,
        "mia/answers.md is a symbolic link" in intake.refused[1].text.en,
    ] == [True, True]


def test_a_pipe_in_a_folder_does_not_hang(tree: Content, desk: Path) -> None:
    """It is refused like any file that is none."""
    os.mkfifo(desk / "sums.py")

    assert "pipe" in take_in(["."], where=tree).refused[0].text.en


def test_a_name_of_strange_bytes_can_be_written_anywhere(tree: Content, desk: Path) -> None:
    """Bytes that are no UTF-8 become visible escapes; JSON and terminals can take them."""
    folder = Path(os.fsdecode(b"caf\xe9"))
    put(folder / "sums.py")

    (submission,) = take_in([folder], where=tree).submissions

    assert submission.name == "caf\\xe9/sums.py"


def test_later_changes_do_not_reach_a_submission(tree: Content, desk: Path) -> None:
    """What was read is what is graded."""
    file = put(desk / "sums.py", "x = 1\n")
    (submission,) = take_in(["sums.py"], where=tree).submissions

    file.write_text("x = 2\n")

    assert submission.source == b"x = 1\n"


def test_hostile_sources_are_not_looked_at(tree: Content, desk: Path) -> None:
    """Deep nesting and NUL bytes break a parser; here nothing parses."""
    put(desk / "sums.py", "(" * 200_000 + "\0")

    assert take_in(["sums.py"], where=tree).refused == ()


def test_no_name_makes_a_line_of_its_own(tree: Content, tmp_path: Path) -> None:
    """A refusal is one sentence on one line, whatever a file or the folder around it is called."""
    odd = "x\n::error::pwned\x1b[1m\u2028y"
    (tmp_path / odd).mkdir()
    (tmp_path / odd / "sums.ipynb").write_text("{")
    (tmp_path / f"{odd}.py").write_text("x = 1\n")
    (tmp_path / f"{odd} too").mkdir()

    refused = take_in([tmp_path / odd, tmp_path / f"{odd}.py", tmp_path / f"{odd} too"], where=tree).refused

    assert len(refused) == 3
    for each in refused:
        assert (each.text.en + each.text.zh).isprintable()
        assert r"x\n::error::pwned\x1b[1m\u2028y" in each.text.en
