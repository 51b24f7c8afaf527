"""Opening a gradebook: every way in which that can go wrong is one sentence, and the file is left as it was."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import GraderError, UsageError
from grader.gradebook import Gradebook, connection, schema


def refusal(file: Path) -> str:
    with pytest.raises(GraderError) as caught:
        Gradebook.open(file)
    assert caught.value.text.zh != caught.value.text.en
    return caught.value.text.en


def test_there_is_none(file: Path) -> None:
    """Opening to read makes none."""
    assert "Run grader grade first" in refusal(file)
    assert not file.exists()


def test_a_newer_one_is_not_touched(file: Path, book: Gradebook) -> None:
    """Both versions are named."""
    book.close()
    with sqlite3.connect(file) as raw:
        raw.execute(f"PRAGMA user_version = {schema.VERSION + 5}")
    raw.close()
    before = file.read_bytes()

    said = refusal(file)

    assert f"version {schema.VERSION + 5}; this one reads up to {schema.VERSION}" in said
    assert file.read_bytes() == before


def test_another_database_is_not_touched(file: Path) -> None:
    """Somebody gave the wrong file."""
    with sqlite3.connect(file) as raw:
        raw.execute("CREATE TABLE songs (name TEXT)")
    raw.close()
    before = file.read_bytes()

    assert "not a gradebook" in refusal(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"not SQLite at all\n" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_one_says_so(file: Path, content: bytes) -> None:
    """Whether the whole file is something else or only what follows its head."""
    file.write_bytes(content)

    assert "damaged or not a gradebook" in refusal(file)
    assert file.read_bytes() == content


def test_damage_found_later_says_so_too(file: Path, book: Gradebook) -> None:
    """A page in the middle was overwritten: reading it is a sentence, not a traceback."""
    for number in range(200):
        book.begin(f"folder {number} {'x' * 200}", 7, "{}")
    book.close()
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * (size - 4096))

    with pytest.raises(UsageError, match="damaged"), Gradebook.open(file) as opened:
        opened.batches()


def test_a_lock_that_is_never_given_back_says_so(file: Path, book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds the file; after a while we stop waiting."""
    book.close()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(connection, "BUSY_WALL_S", 0.05)

    with Gradebook.open(file) as opened, pytest.raises(UsageError, match="locked by another program"):
        opened.begin("folder", 7, "{}")

    other.execute("ROLLBACK")
    other.close()


def test_a_full_disk_keeps_what_was_there(file: Path, book: Gradebook) -> None:
    """The transaction that did not fit is gone as a whole, and the sentence says how to go on."""
    book.begin("first", 7, "{}")
    ((pages,),) = book._rows("PRAGMA page_count")
    book._rows(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(GraderError, match="disk is full") as caught:
        book.begin("x" * 50_000, 7, "{}")

    assert caught.value.exit_code == 3
    assert "What was kept by then is in" in str(caught.value)  # any command says it, not only the one that grades
    assert [each.folder for each in book.batches()] == ["first"]


def test_a_folder_that_may_not_be_written_says_so(file: Path) -> None:
    """The gradebook's folder is somebody else's."""
    place = Path("/proc/self") / file.name if os.geteuid() == 0 else file  # root may write anywhere else
    file.parent.chmod(0o500)
    try:
        with pytest.raises(UsageError, match="permissions"):
            Gradebook.open(place, create=True)
    finally:
        file.parent.chmod(0o700)


def test_a_path_that_is_a_folder_says_so(tmp_path: Path) -> None:
    """What SQLite calls `unable to open` is a sentence too."""
    assert "cannot be opened" in refusal(tmp_path)


def test_two_graders_on_one_gradebook(file: Path, book: Gradebook) -> None:
    """The second hears the process of the first; when that is done, it may."""
    code = (
        "import sys; from pathlib import Path; from grader.gradebook.connection import sole\n"
        "with sole(Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "in\n"
        with pytest.raises(UsageError, match=f"process {first.pid}"), connection.sole(file):
            pass
        first.kill()
    with connection.sole(file):
        pass


def test_a_link_to_a_gradebook_is_no_second_one(file: Path, tmp_path: Path) -> None:
    """Two graders meet at the lock by whichever name they came."""
    link = tmp_path / "elsewhere" / "link.sqlite"
    link.parent.mkdir()
    link.symlink_to(file)

    with (
        connection.sole(file),
        pytest.raises(UsageError, match="Another grader"),
        connection.sole(link),
    ):
        pass
    with connection.sole(link), pytest.raises(UsageError, match="Another grader"), connection.sole(file):
        pass
    assert list(link.parent.iterdir()) == [link]


def test_a_loop_of_links_is_a_sentence(tmp_path: Path) -> None:
    """It leads nowhere, neither for the lock nor for SQLite."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)

    with pytest.raises(UsageError, match="cannot be opened"):
        Gradebook.open(loop, create=True)


def test_names_with_odd_characters_are_files_like_any(tmp_path: Path) -> None:
    """What means something in a URI means nothing in a path."""
    odd = tmp_path / "a?mode=ro#b %41 ü.sqlite"

    Gradebook.open(odd, create=True).close()

    assert odd.exists()
    Gradebook.open(odd).close()
