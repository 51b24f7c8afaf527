"""Removing what a hostile worker left: deep, linked, closed, many; and what killed zygotes left."""

from __future__ import annotations

import errno
import os
import resource
import tempfile
from pathlib import Path

import pytest

from grader.jail.scratch import ScratchParent, remove_tree

ORDINARY_USER = 64_321


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of our own, so that the tests meet no other's leftovers."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def remove(path: Path) -> None:
    parent = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        remove_tree(parent, path.name)
    finally:
        os.close(parent)


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link to a folder outside is removed; what it points to stays, with its permissions."""
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o500)
    (tmp_path / "file").write_text("x")
    scratch = tmp_path / "scratch"
    (scratch / "a").mkdir(parents=True)
    for place in (scratch, scratch / "a"):
        (place / "folder").symlink_to(outside)
        (place / "file").symlink_to(tmp_path / "file")
        (place / "nowhere").symlink_to("/nowhere/at/all")
    remove(scratch)
    assert sorted(os.listdir(tmp_path)) == ["file", "outside"]
    assert outside.stat().st_mode & 0o777 == 0o500


def test_depth_is_of_no_consequence(tmp_path: Path) -> None:
    """Folders nested far deeper than a path or Python's stack can be, with few descriptors to spare."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    at = os.open(scratch, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("deeper", dir_fd=at)
        below = os.open("deeper", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 8, limits[1]))
    try:
        remove(scratch)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert os.listdir(tmp_path) == []


def test_closed_folders_and_odd_files(tmp_path: Path) -> None:
    """Folders without permissions, pipes, and names that look like our own, also for an ordinary user."""
    scratch = tmp_path / "scratch"
    (scratch / "closed/inner").mkdir(parents=True)
    (scratch / "closed/inner/file").write_text("x")
    (scratch / "moved-1/moved-1/moved-2").mkdir(parents=True)
    (scratch / "moved-2").mkdir()
    os.mkfifo(scratch / "pipe")
    (scratch / "-rf *\n").write_text("x")
    (scratch / "closed/inner").chmod(0)
    (scratch / "closed").chmod(0)
    if os.geteuid() == 0:
        for folder, folders, files in os.walk(tmp_path):
            for name in (".", *folders, *files):
                os.chown(os.path.join(folder, name), ORDINARY_USER, ORDINARY_USER, follow_symlinks=False)
        parent = os.open(tmp_path, os.O_RDONLY)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.setresuid(*[ORDINARY_USER] * 3)
                remove_tree(parent, "scratch")
                code = 0
            finally:
                os._exit(code)
        os.close(parent)
        assert os.waitpid(pid, 0)[1] == 0
    else:
        remove(scratch)
    assert os.listdir(tmp_path) == []


def test_the_folder_itself_may_not_be_a_link(tmp_path: Path) -> None:
    """A link in place of the folder is an error, not an invitation."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "scratch").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError) as caught:
        remove(tmp_path / "scratch")
    assert caught.value.errno in (errno.ELOOP, errno.ENOTDIR)
    assert (tmp_path / "outside").is_dir()


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    """A new zygote removes the folders that nobody holds; another living one's, and other things, it leaves."""
    living = ScratchParent(shared=False)
    living.make("worker-1", None)
    dead = tmp_path / "grader-scratch-dead"
    (dead / "worker-1").mkdir(parents=True)
    other = tmp_path / "something else"
    other.mkdir()
    link = tmp_path / "grader-scratch-link"
    link.symlink_to(other)
    ScratchParent(shared=False).close()
    assert not dead.exists()
    assert other.is_dir() and link.is_symlink()
    assert os.listdir(living.path) == ["worker-1"]
    living.close()
    assert not os.path.exists(living.path)


def test_a_worker_gets_a_folder_of_its_own() -> None:
    """It is closed to everybody else, belongs to the worker's uid, and is gone when removed."""
    parent = ScratchParent(shared=True)
    uid = ORDINARY_USER if os.geteuid() == 0 else os.geteuid()
    folder = parent.make("worker-1", uid)
    status = os.stat(folder)
    assert (status.st_uid, status.st_mode & 0o777) == (uid, 0o700)
    assert os.stat(parent.path).st_mode & 0o777 == 0o711
    parent.remove("worker-1")
    assert not os.path.exists(folder)
    parent.close()
