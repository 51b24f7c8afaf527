"""A report is written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from grader.errors import ReportError
from grader.report import write
from grader.report.write import write_report


def test_text_and_bytes_arrive(tmp_path: Path) -> None:
    """Text as UTF-8."""
    write_report(tmp_path / "a.html", "中")
    write_report(tmp_path / "b.json", b"{}")

    assert (tmp_path / "a.html").read_bytes() == "中".encode()
    assert (tmp_path / "b.json").read_bytes() == b"{}"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_who_may_read_it_is_the_umasks_to_say(tmp_path: Path, umask: int, mode: int) -> None:
    """The grades of a class are not for everybody on a shared machine."""
    before = os.umask(umask)
    try:
        write_report(tmp_path / "a.html", "x")
    finally:
        os.umask(before)

    assert (tmp_path / "a.html").stat().st_mode & 0o777 == mode


def test_an_old_report_is_replaced(tmp_path: Path) -> None:
    """And nothing else is left in the folder."""
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    write_report(target, "new")

    assert target.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_at_the_target_is_not_followed(tmp_path: Path) -> None:
    """Otherwise a link left by someone else would choose which file is overwritten."""
    victim, link = tmp_path / "victim", tmp_path / "report.html"
    victim.write_text("precious", encoding="utf-8")
    link.symlink_to(victim)
    write_report(link, "new")

    assert victim.read_text(encoding="utf-8") == "precious"
    assert not link.is_symlink()
    assert link.read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: os.mkfifo(path)])
def test_only_files_are_replaced(tmp_path: Path, make: object) -> None:
    """A folder, a pipe or a device at the target is refused, and stays."""
    target = tmp_path / "report.html"
    assert callable(make)
    make(target)
    with pytest.raises(ReportError, match="not a regular file"):
        write_report(target, "new")

    assert target.exists()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The sentence says what is missing, in both languages."""
    with pytest.raises(ReportError, match="there is no folder") as caught:
        write_report(tmp_path / "nowhere" / "report.html", "new")

    assert "nowhere" in caught.value.text.zh


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "read-only for you"),
        (errno.EROFS, "read-only for you"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "cannot be written"),
    ],
)
@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_failures_leave_the_old_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str, step: str
) -> None:
    """Whatever goes wrong, whenever: a clear sentence, the old file, no litter."""
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")

    def fail(*arguments: object, **keywords: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(write.os, step, fail)
    with pytest.raises(ReportError, match=sentence):
        write_report(target, "new")
    monkeypatch.undo()

    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_one_may_not_look_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the file is there cannot even be asked."""

    def refuse(path: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "exists", refuse)
    with pytest.raises(ReportError, match="read-only for you"):
        write_report(tmp_path / "report.html", "new")


def test_an_interrupt_leaves_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle is passed on, and the half-written file is gone."""

    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_report(tmp_path / "report.html", "new")

    assert list(tmp_path.iterdir()) == []
