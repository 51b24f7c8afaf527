"""Zip archives: what an honest one holds is read, everything else is refused as a whole, nothing is extracted."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.cohort import archive
from grader.errors import SubmissionError


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, content in entries:
            opened.writestr(name, content)
    return made.getvalue()


def of_kind(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (kind | 0o644) << 16
    return info


def refusal(content: bytes) -> str:
    with pytest.raises(SubmissionError) as caught:
        [read(1_000_000) for _, read in archive.members(content, "ada.zip")]
    assert caught.value.text.en.startswith("ada.zip")
    assert caught.value.text.zh != caught.value.text.en
    return caught.value.text.en


def test_members_are_read_as_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the parts of their names, folders left out; no file appears anywhere."""
    monkeypatch.chdir(tmp_path)
    content = zipped(("ada/", b""), ("ada/sums.py", b"x = 1"), ("notes.txt", b"n"))

    found = {parts: read(100) for parts, read in archive.members(content, "ada.zip")}

    assert found == {("ada", "sums.py"): b"x = 1", ("notes.txt",): b"n"}
    assert list(tmp_path.iterdir()) == []


def test_parts_that_say_nothing_are_no_parts() -> None:
    """Some writers begin every name with `./`, some double a stroke."""
    content = zipped(("./", b""), ("./sums.py", b"x"), ("a//sums.py", b"y"), ("a/./b/sums.py", b"z"))

    found = {parts: read(100) for parts, read in archive.members(content, "ada.zip")}

    assert found == {("sums.py",): b"x", ("a", "sums.py"): b"y", ("a", "b", "sums.py"): b"z"}


@pytest.mark.parametrize(
    "name", ["../sums.py", "a/../../sums.py", "/etc/sums.py", "\\sums.py", "..\\sums.py", "C:/sums.py", "c:sums.py"]
)
def test_names_that_lead_out(name: str) -> None:
    """In either notation; the whole archive is refused, its honest members too."""
    assert "leads out of it" in refusal(zipped(("sums.py", b"x = 1"), (name, b"x = 1")))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(kind: int) -> None:
    """A link in an archive is a file whose content is a path."""
    assert "a link or a device" in refusal(zipped((of_kind("sums.py", kind), b"/etc/passwd")))


@pytest.mark.parametrize(
    "names",
    [
        ("sums.py", "sums.py"),
        ("sums.py", "SUMS.PY"),
        ("caf\u00e9.py", "cafe\u0301.py"),
        ("sums.py", "./sums.py"),
        ("a/sums.py", "a//sums.py"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(names: tuple[str, str]) -> None:
    """Which of them would be graded? Letters' case and encoding make no difference on every machine, `./` on none."""
    assert "two members" in refusal(zipped(*((name, b"x") for name in names)))


@pytest.mark.parametrize("name", ["inner.zip", "inner.ZIP", "a/b.tar.gz", "x.whl"])
def test_archives_inside(name: str) -> None:
    """Nobody opens those."""
    assert "another archive" in refusal(zipped((name, zipped(("sums.py", b"x")))))


def test_a_bomb_by_ratio() -> None:
    """Ten megabytes of zeros pack to ten kilobytes."""
    assert "suspiciously tightly" in refusal(zipped(("sums.py", bytes(10_000_000))))


def test_a_bomb_by_size() -> None:
    """Many members, each of an honest ratio."""
    noise = bytes(range(256)) * 40
    content = zipped(*((f"{n}.py", noise * 100) for n in range(70)), method=zipfile.ZIP_STORED)

    assert "unpacks to more than" in refusal(content)


def test_a_bomb_by_number() -> None:
    """One member more than anybody needs."""
    assert "more than 1000 members" in refusal(zipped(*((f"{n}.py", b"") for n in range(1_001))))


def test_a_size_that_is_a_lie() -> None:
    """The directory says five bytes; reading stops there, and what does not add up is damaged."""
    content = bytearray(zipped(("sums.py", b"y" * 50_000)))
    at = content.index(b"PK\1\2") + 24  # the size in the directory
    content[at : at + 4] = struct.pack("<I", 5)

    assert "damaged" in refusal(bytes(content))


def test_a_member_larger_than_a_submission() -> None:
    """The cap is the reader's."""
    content = zipped(("sums.py", bytes(range(256)) * 8_000), method=zipfile.ZIP_STORED)

    assert "larger than 1 MB" in refusal(content)


def test_encrypted() -> None:
    """Nobody knows the password."""
    content = bytearray(zipped(("sums.py", b"x = 1")))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1

    assert "encrypted" in refusal(bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_methods(method: int) -> None:
    """LZMA may ask for gigabytes before it gives a byte."""
    assert "unusual way" in refusal(zipped(("sums.py", b"x = 1"), method=method))


def test_nul_and_endless_names() -> None:
    """A name that ends earlier for some readers than for others, and one that no file system has."""
    content = zipped(("sumsX.py", b"x = 1")).replace(b"sumsX.py", b"sums\0.py")

    assert "NUL" in refusal(content)
    assert "more than 255 characters" in refusal(zipped(("x" * 300 + ".py", b"")))


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def spoilt(content: bytes) -> bytes:
    at = content.index(b"sums.py") + 10
    return content[:at] + b"\xff" * 8 + content[at + 8 :]


def headless(content: bytes) -> bytes:
    return content[4:]


def alone(content: bytes) -> bytes:
    return content[:4]


@pytest.mark.parametrize("spoil", [cut, spoilt, headless, alone])
def test_damaged_ones(spoil: Callable[[bytes], bytes]) -> None:
    """Cut off, overwritten, a head alone, no head."""
    said = refusal(spoil(zipped(("sums.py", bytes(range(256)) * 10))))

    assert "damaged" in said or "not a zip archive" in said


def listed(*fields: int, name: bytes = b"sums.py", extra: bytes = b"") -> bytes:
    """An archive that is a list of one member, written by hand."""
    entry = b"PK\1\2" + struct.pack("<4B4HL2L5H2L", *fields[:-1], len(name), len(extra), 0, 0, 0, 0, fields[-1])
    entry += name + extra
    head = b"PK\3\4" + bytes(26)
    return head + entry + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 1, 1, len(entry), len(head), 0)


PLAIN = (45, 0, 45, 0, 0, 0, 0, 0x21, 0, 2, 2)


@pytest.mark.parametrize("offset", [2**62, 2**63, 2**64 - 1])
def test_a_member_beyond_all_memory_is_damage(offset: int) -> None:
    """Offsets may have 64 bits, of which the machine addresses fewer."""
    content = listed(*PLAIN, 0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, offset))

    assert "damaged" in refusal(content)


def test_a_member_without_a_name_is_damage() -> None:
    """One entry of its list says that its name has no characters."""
    assert "damaged" in refusal(listed(*PLAIN, 0, name=b""))


def test_a_long_list_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of thousands of members fit into the cap, and each would cost memory."""
    monkeypatch.delattr(zipfile, "ZipFile")
    entry = b"PK\1\2" + bytes(42)

    assert "more than 1000 members" in refusal(b"PK\3\4" + entry * 50_000)


def test_whatever_is_done_to_an_archive_it_is_read_or_refused() -> None:
    """Bytes changed and parts cut out, many times over: never another error, for it would end the whole batch."""
    whole = zipped(("ada/sums.py", b"x = 1\n" * 50), ("b.py", b"y"), ("c/d/answers.md", b"## q01\n"))
    chance = random.Random(5)
    taken = refused = 0
    for _ in range(3_000):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            content[chance.randrange(4, len(content))] = chance.choice((0, 1, 0x80, 0xFF, chance.randrange(256)))
        try:
            taken += len([read(1_000_000) for _, read in archive.members(bytes(content), "ada.zip")])
        except SubmissionError:
            refused += 1
    assert taken > 100
    assert refused > 100
