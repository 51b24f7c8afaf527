"""A site is put in place whole, and never over somebody's files."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cohort.publish import erase, publish, refuse_to_replace
from grader.errors import ReportError, UsageError
from grader.report.write import write_report

PAGES = [("index.html", "one"), ("candidates/a.html", "中")]


def files(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }


@pytest.mark.parametrize("there", [False, True])
def test_pages_arrive(tmp_path: Path, there: bool) -> None:
    """In a new folder or an empty one, with nothing beside it, readable for others."""
    target = tmp_path / "report"
    if there:
        target.mkdir()

    assert publish(target, PAGES) == 2
    assert files(target) == dict(PAGES)
    assert list(tmp_path.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o755


def test_an_earlier_site_is_replaced_whole(tmp_path: Path) -> None:
    """Pages of somebody who is no longer in the gradebook are gone."""
    target = tmp_path / "report"
    publish(target, [*PAGES, ("candidates/forgotten.html", "x")])
    publish(target, [("index.html", "two")])

    assert files(target) == {"index.html": "two"}
    assert list(tmp_path.iterdir()) == [target]


def test_other_peoples_files_are_not(tmp_path: Path) -> None:
    """A folder with anything else, a file, or a link is refused, and stays as it is."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work", encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "thesis")
    for name in ("thesis", "file", "link"):
        with pytest.raises(UsageError, match="not a report of the grader"):
            refuse_to_replace(tmp_path / name)
        with pytest.raises(UsageError):
            publish(tmp_path / name, PAGES)

    assert files(tmp_path / "thesis") == {"chapter.tex": "years of work"}


def broken() -> Iterator[tuple[str, str]]:
    yield PAGES[0]
    raise KeyboardInterrupt


def test_an_interruption_leaves_the_old_site(tmp_path: Path) -> None:
    """And no litter."""
    target = tmp_path / "report"
    publish(target, PAGES)
    with pytest.raises(KeyboardInterrupt):
        publish(target, broken())

    assert files(target) == dict(PAGES)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("step", ["write_text", "rename"])
def test_a_full_disk_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """With a sentence that says what happened."""
    target = tmp_path / "report"
    publish(target, PAGES)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(ReportError, match="No space left"):
        publish(target, [("index.html", "two")])
    monkeypatch.undo()

    assert files(target) == dict(PAGES)


def test_a_site_that_cannot_be_put_back_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the only one there is: it waits beside its place, and the next writer puts it back before anything else."""
    target = tmp_path / "report"
    publish(target, PAGES)
    rename = Path.rename
    done = []

    def once(self: Path, to: Path) -> Path:
        if done:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        done.append(to)
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", once)
    with pytest.raises(ReportError):
        publish(target, [("index.html", "two")])
    monkeypatch.undo()
    assert not target.exists()

    with pytest.raises(KeyboardInterrupt):
        publish(target, broken())
    assert files(target) == dict(PAGES)
    assert list(tmp_path.iterdir()) == [target]


def killed_between_renames(folder: Path) -> None:
    """What a writer leaves that was killed while there was neither the old site nor the new one."""
    publish(folder / "zh", PAGES)
    (folder / ".report-a1b2c3d4.old").mkdir()
    (folder / "zh").rename(folder / ".report-a1b2c3d4.old" / "zh")
    (folder / ".report-b1b2c3d4.part").mkdir()
    (folder / ".report-b1b2c3d4.part" / "index.html").write_text("half", encoding="utf-8")


@pytest.mark.parametrize("name", ["zh", "en"])
def test_what_a_kill_left_is_cleared_up(tmp_path: Path, name: str) -> None:
    """The old site is back in its place, unless that very one is written anew; half a site is gone."""
    killed_between_renames(tmp_path)
    publish(tmp_path / name, [("index.html", "two")])

    assert files(tmp_path / name) == {"index.html": "two"}
    assert name == "zh" or files(tmp_path / "zh") == dict(PAGES)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted({name, "zh"})


def test_halves_of_a_writer_at_work_are_left_alone(tmp_path: Path) -> None:
    """Two reports may be written beside each other at the same time."""

    def pages() -> Iterator[tuple[str, str]]:
        yield "index.html", "one"
        killed_between_renames(tmp_path)  # so it looks in the middle of another writer's work
        there = {each.name for each in tmp_path.iterdir()}
        publish(tmp_path / "other", PAGES)
        assert {each.name for each in tmp_path.iterdir()} == {*there, "other"}

    publish(tmp_path / "en", pages())

    assert files(tmp_path / "en") == {"index.html": "one"}


def test_a_missing_parent_is_named(tmp_path: Path) -> None:
    """No folder is made up on the way."""
    with pytest.raises(ReportError, match="nowhere"):
        publish(tmp_path / "nowhere" / "report", PAGES)


@pytest.mark.parametrize("name", ["../out.html", "candidates/../../out.html", "/tmp/never-written/out.html"])
def test_no_page_leads_out_of_the_site(tmp_path: Path, name: str) -> None:
    """A gradebook that somebody else made says what its pages are called."""
    folder = tmp_path / "inner"
    folder.mkdir()

    with pytest.raises(ReportError):
        publish(folder / "report", [("index.html", "one"), (name, "x")])

    assert list(tmp_path.rglob("*")) == [folder]


def test_erasing_takes_what_killed_writers_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a site, the one that it was to replace, half an export; with or without a whole site."""
    target = tmp_path / "report"
    publish(target, PAGES)
    for name in (".report-a1b2c3d4.part", ".report-a1b2_3d4.old/report"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "index.html").write_text("one")
    monkeypatch.setattr(os, "replace", lambda *_: None)
    write_report(tmp_path / "grades.csv", "half")  # it never comes to its place
    monkeypatch.undo()
    assert len(list(tmp_path.glob(".report-*.part"))) == 2

    erase(target)

    assert list(tmp_path.iterdir()) == []


def test_erasing_leaves_what_is_not_ours(tmp_path: Path) -> None:
    """A folder of the same name that no site was put into, a link, and files that only look alike."""
    kept = [tmp_path / "report" / "thesis.tex", tmp_path / ".report-1.part", tmp_path / "x" / ".report-a1b2c3d4.part"]
    for each in kept:
        each.parent.mkdir(exist_ok=True)
        each.write_text("mine")
    publish(tmp_path / "site", PAGES)
    (tmp_path / ".report-a1b2c3d4.old").symlink_to(tmp_path / "site")
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "report").symlink_to(tmp_path / "site")

    erase(tmp_path / "report")
    erase(tmp_path / "y" / "report")

    assert all(each.read_text() == "mine" for each in kept)
    assert files(tmp_path / "site") == dict(PAGES)
