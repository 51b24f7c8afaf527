"""Reading one file that nobody vouches for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from grader.catalog import reading
from grader.catalog.reading import read_regular
from grader.errors import SubmissionError


def refusal(path: Path, cap_bytes: int = 100) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_regular(path, cap_bytes)
    assert caught.value.text.zh != caught.value.text.en
    return caught.value.text.en


@pytest.mark.parametrize("content", [b"", b"\0\xff binary", b"\xef\xbb\xbfx = 1\r\n", b"def (", b"x" * 100])
def test_bytes_come_back_as_they_are(tmp_path: Path, content: bytes) -> None:
    """Empty, binary, BOM, CRLF, no Python: all that is decided elsewhere. Exactly the cap is not too large."""
    file = tmp_path / "a.py"
    file.write_bytes(content)

    assert read_regular(file, 100) == content


def test_a_large_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 MB cost nothing, and the sentence says both sizes."""
    file = tmp_path / "large.py"
    with file.open("wb") as stream:
        stream.truncate(200_000_000)
    monkeypatch.setattr(os, "read", lambda *_: pytest.fail("was read"))

    with pytest.raises(SubmissionError, match=r"200\.0 MB large.*at most 1 MB"):
        read_regular(file)


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    """A link could show a file that its owner may not hand in, be it there or not."""
    (tmp_path / "real.py").write_text("secret = 1")
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")
    (tmp_path / "dead.py").symlink_to(tmp_path / "nowhere")

    assert "symbolic link" in refusal(tmp_path / "link.py")
    assert "symbolic link" in refusal(tmp_path / "dead.py")


def test_a_file_that_becomes_a_link_after_the_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The opening itself refuses links: winning the race gains nothing."""
    real = tmp_path / "real.py"
    real.write_text("x = 1")
    link = tmp_path / "link.py"
    link.symlink_to(real)
    monkeypatch.setattr(os, "lstat", lambda _: os.stat(real))

    assert "symbolic link" in refusal(link)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes to this pipe; a plain `open` would hang for ever, even after the first look was fooled."""
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)
    assert "pipe" in refusal(pipe)

    regular = tmp_path / "regular.py"
    regular.write_text("")
    monkeypatch.setattr(os, "lstat", lambda _: os.stat(regular))
    assert "pipe" in refusal(pipe)


def test_other_kinds_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folder, socket, device, nothing at all."""
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        assert "not a regular file" in refusal(tmp_path / "s")
    assert "is a folder" in refusal(tmp_path)
    assert "not a regular file" in refusal(Path(os.devnull))
    assert "does not exist" in refusal(tmp_path / "missing.py")
    assert "does not exist" in refusal(tmp_path / "missing" / "a.py")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence points at the permissions."""
    file = tmp_path / "closed.py"
    file.write_text("")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)

    assert "Check its permissions" in refusal(file)


@pytest.mark.parametrize("grown", [b"", b"0123456789more", b"012345678X"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grown: bytes) -> None:
    """Shrunk, grown or rewritten between first and last byte: refused, never half of each."""
    file = tmp_path / "a.py"
    file.write_bytes(b"0123456789")
    os.utime(file, (1, 1))
    plain_read = os.read

    def read(descriptor: int, count: int) -> bytes:
        piece = plain_read(descriptor, 4)
        file.write_bytes(grown)
        return piece

    monkeypatch.setattr(reading.os, "read", read)

    assert "changed while it was read" in refusal(file)
