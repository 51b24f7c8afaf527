"""A folder to work in: nothing of the candidate's is ever overwritten."""

from __future__ import annotations

import datetime
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.catalog.find import slugs
from grader.catalog.load import load
from grader.errors import UsageError
from grader.practice import workspace
from grader.practice.workspace import lay_out

EXERCISE = load("self_attention")


def noon() -> datetime.datetime:
    return datetime.datetime(2026, 3, 1, 12)  # noqa: DTZ001  local time, as the name of a folder shows it


def test_what_is_handed_out(tmp_path: Path) -> None:
    """Stub, task, visible tests, support; no hints, answers, hidden tests or solutions."""
    made = lay_out(EXERCISE, tmp_path / "deep" / "w", "en")

    names = {str(each) for each in made.created}
    assert {"self_attention.py", "README.md", "test_visible.py", "support.py"} <= names
    assert not names & {"exercise.toml", "README.zh.md", "NOTES.md"}
    assert (made.folder / "self_attention.py").read_bytes() == EXERCISE.stub.read_bytes()
    assert made.kept == ()
    assert not list(made.folder.glob(".start-*"))


@pytest.mark.parametrize("slug", slugs())
def test_every_exercise_can_be_begun(slug: str, tmp_path: Path) -> None:
    """And nothing of the reference is in its folder."""
    exercise = load(slug)
    made = lay_out(exercise, tmp_path, "en")

    assert Path(f"{slug}.py") in made.created
    assert exercise.reference.read_bytes() not in {(tmp_path / each).read_bytes() for each in made.created}


def test_the_task_is_in_the_readers_language(tmp_path: Path) -> None:
    """Under the same name in either."""
    lay_out(EXERCISE, tmp_path, "zh")

    assert (tmp_path / "README.md").read_bytes() == (EXERCISE.folder / "README.zh.md").read_bytes()


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    """Work, changed tests, a link, a folder of that name; what is missing is put there."""
    (tmp_path / "self_attention.py").write_text("mine")
    (tmp_path / "test_visible.py").mkdir()
    (tmp_path / "README.md").symlink_to("nowhere")

    made = lay_out(EXERCISE, tmp_path, "en")

    assert (tmp_path / "self_attention.py").read_text() == "mine"
    assert (tmp_path / "README.md").is_symlink()
    assert {str(each) for each in made.kept} == {"self_attention.py", "test_visible.py", "README.md"}
    assert Path("support.py") in made.created


def test_a_reset_keeps_what_was_changed(tmp_path: Path) -> None:
    """In a dated folder; a second one in the same second has a folder of its own."""
    lay_out(EXERCISE, tmp_path, "en")
    for text in ("mine", "mine too"):
        (tmp_path / "self_attention.py").write_text(text)
        made = lay_out(EXERCISE, tmp_path, "en", reset=True, now=noon)
        assert made.saved is not None
        assert (made.saved / "self_attention.py").read_text() == text
        assert [str(each) for each in made.created] == ["self_attention.py"]

    assert {each.name for each in tmp_path.glob("before-*")} == {"before-20260301-120000", "before-20260301-120000-2"}
    assert (tmp_path / "self_attention.py").read_bytes() == EXERCISE.stub.read_bytes()


def test_a_reset_of_what_was_not_changed_keeps_nothing(tmp_path: Path) -> None:
    """There is nothing to keep."""
    lay_out(EXERCISE, tmp_path, "en")

    assert lay_out(EXERCISE, tmp_path, "en", reset=True).saved is None


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another shell is faster: its file stays."""
    real = workspace.os.path.lexists

    def slow(path: object) -> bool:
        found = real(path)
        if not found and str(path).endswith("self_attention.py"):
            Path(str(path)).write_text("theirs")
        return found

    monkeypatch.setattr(workspace.os.path, "lexists", slow)
    made = lay_out(EXERCISE, tmp_path, "en")

    assert (tmp_path / "self_attention.py").read_text() == "theirs"
    assert Path("self_attention.py") in made.kept


def test_a_place_that_is_no_folder_is_one_sentence(tmp_path: Path) -> None:
    """In both languages."""
    (tmp_path / "w").write_text("")

    with pytest.raises(UsageError) as caught:
        lay_out(EXERCISE, tmp_path / "w", "en")

    assert "--dir" in caught.value.text.en
    assert "--dir" in caught.value.text.zh


@pytest.mark.parametrize(("code", "words"), [(13, "may not write"), (28, "disk is full"), (5, "cannot be used")])
def test_a_disk_that_does_not_do_its_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    """Each reason has its sentence, and no half-written file is left."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, "as the system says it")

    monkeypatch.setattr(workspace.os, "link", fail)
    monkeypatch.setattr("builtins.open", fail)
    with pytest.raises(UsageError, match=words):
        lay_out(EXERCISE, tmp_path, "en")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["link", "rename"])
def test_a_reset_that_came_to_nothing_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The disk is full in the middle of it: the work is where it was."""
    lay_out(EXERCISE, tmp_path, "en")
    for name in ("self_attention.py", "test_visible.py"):
        (tmp_path / name).write_text(f"mine: {name}")
    before = {each.name for each in tmp_path.iterdir()}
    real, calls = getattr(os, step), []

    def fail_once(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(28, "as the system says it")
        real(*arguments)

    monkeypatch.setattr(workspace.os, step, fail_once)
    if step == "link":  # then the copy in its place fails too
        monkeypatch.setattr(workspace, "_copy", lambda *_: fail_with(28))
    with pytest.raises(UsageError, match="Nothing of yours was changed"):
        lay_out(EXERCISE, tmp_path, "en", reset=True)

    assert {each.name for each in tmp_path.iterdir()} == before
    for name in ("self_attention.py", "test_visible.py"):
        assert (tmp_path / name).read_text() == f"mine: {name}"


def test_a_reset_that_cannot_be_undone_says_where_the_work_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In both languages."""
    lay_out(EXERCISE, tmp_path, "en")
    (tmp_path / "self_attention.py").write_text("mine")
    real = os.rename

    def there_and_not_back(source: Path, target: Path) -> None:
        if target.parent == tmp_path:
            fail_with(5)
        real(source, target)

    monkeypatch.setattr(workspace.os, "rename", there_and_not_back)
    monkeypatch.setattr(workspace.os, "link", lambda *_: fail_with(5))
    monkeypatch.setattr(workspace, "_copy", lambda *_: fail_with(5))
    with pytest.raises(UsageError) as caught:
        lay_out(EXERCISE, tmp_path, "en", reset=True, now=noon)

    saved = tmp_path / "before-20260301-120000"
    assert (saved / "self_attention.py").read_text() == "mine"
    assert str(saved) in caught.value.text.en
    assert str(saved) in caught.value.text.zh


def fail_with(code: int) -> None:
    raise OSError(code, "as the system says it")


def test_a_file_in_the_place_of_a_folder_inside_is_named(tmp_path: Path) -> None:
    """It is that one which is in the way, and not the folder that was asked for."""
    inner = tmp_path / "exercise"
    shutil.copytree(EXERCISE.folder, inner)
    (inner / "data").mkdir()
    (inner / "data" / "words.txt").write_text("a b c")
    exercise = msgspec.structs.replace(EXERCISE, folder=inner)
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "data").write_text("")

    with pytest.raises(UsageError) as caught:
        lay_out(exercise, tmp_path / "w", "en")

    assert f"{tmp_path / 'w' / 'data'} is not a folder" in caught.value.text.en


def test_half_a_copy_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are no hard links: it would be taken for the candidate's own the next time."""

    class Full(io.FileIO):
        def write(self, data: Any, /) -> int:
            super().write(data[:10])
            fail_with(28)
            raise AssertionError

    monkeypatch.setattr(workspace.os, "link", lambda *_: fail_with(95))
    monkeypatch.setattr("builtins.open", lambda path, mode: Full(path, mode.replace("b", "")))
    with pytest.raises(UsageError, match="disk is full"):
        lay_out(EXERCISE, tmp_path, "en")

    assert list(tmp_path.iterdir()) == []


def test_plain_pytest_runs_the_visible_tests_and_points_at_the_line(tmp_path: Path) -> None:
    """From the folder itself, without the grader: the stub fails, at the line that raises."""
    lay_out(EXERCISE, tmp_path, "en")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=short"]
    command += ["-c", os.devnull, "--rootdir", str(tmp_path)]  # of no project that the folder may lie in

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 1, done.stdout
    assert "NotImplementedError" in done.stdout
    assert "self_attention.py:" in done.stdout
