"""Where the server listens, and who may speak with it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from grader import config
from grader.server import place
from grader.server.place import NoServerError, check_peer, socket_file, version_key


def test_the_folder_is_its_owners_alone(runtime: Path) -> None:
    """Made so where it is missing."""
    os.rmdir(runtime)

    path = socket_file()

    assert path.parent == runtime
    assert runtime.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_can_enter_is_not_used(runtime: Path) -> None:
    """Whoever made it may listen there; it is not mended either."""
    runtime.chmod(0o755)

    with pytest.raises(NoServerError, match="only its owner"):
        socket_file()
    assert runtime.stat().st_mode & 0o777 == 0o755


def test_a_link_is_not_used(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However private the folder behind it is."""
    link = runtime / "link"
    link.symlink_to(runtime)
    monkeypatch.setenv(config.RUNTIME_DIR_VARIABLE, str(link))

    with pytest.raises(NoServerError):
        socket_file()


def test_a_folder_of_somebody_else_is_not_used(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though we might be able to enter it."""
    monkeypatch.setattr(place.os, "getuid", lambda: 12345)

    with pytest.raises(NoServerError):
        socket_file()


def test_a_path_too_long_for_a_socket_is_refused(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the kernel cuts it."""
    monkeypatch.setenv(config.RUNTIME_DIR_VARIABLE, str(runtime / ("x" * 120)))

    with pytest.raises(NoServerError, match="too long"):
        socket_file()


def test_where_peers_cannot_be_told_there_is_no_server(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on systems without SO_PEERCRED."""
    monkeypatch.setattr(place, "supported", lambda: False)

    with pytest.raises(NoServerError):
        socket_file()


def test_the_version_follows_what_can_change_a_grade(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A byte of an exercise, a file more; not a cache."""
    folders = {name: tmp_path / name for name in ("exercises", "solutions", "hidden", "templates", "attacks")}
    for folder in folders.values():
        folder.mkdir()
    monkeypatch.setattr(config, "content", lambda: config.Content(**folders))
    file = folders["hidden"] / "test_a.py"
    file.write_text("1")
    first = version_key()

    (folders["hidden"] / "__pycache__").mkdir()
    (folders["hidden"] / "__pycache__" / "x.py").write_text("")
    (folders["hidden"] / ".swp").write_text("")
    assert version_key() == first

    file.write_text("2")
    second = version_key()
    (folders["solutions"] / "b.py").write_text("")
    assert len({first, second, version_key()}) == 3


def test_content_that_cannot_be_read_means_no_server(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor replaces a file at this very moment; a grading does without a server then."""

    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory", "exercise.toml~")

    monkeypatch.setattr(place, "version_key", gone)

    with pytest.raises(NoServerError, match=r"exercise\.toml~"):
        socket_file()


def test_only_ourselves_are_spoken_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel says who is at the other end."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        check_peer(ours)

        monkeypatch.setattr(place.os, "getuid", lambda: 12345)
        with pytest.raises(NoServerError, match="at the other end"):
            check_peer(ours)
