"""Zip archives as submissions: members are read as bytes, nothing is ever extracted.

An archive is taken or refused as a whole. It is refused for what no honest one holds: names that lead out of it,
absolute names, links and devices, an archive inside, two members of one name, encrypted members, too many members, too
much or too tightly packed content. The sizes that an archive claims are not believed: reading stops at the cap.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator

from grader.errors import SubmissionError
from grader.i18n import say
from grader.report.sanitize import clean_line

CAP_BYTES = 16_000_000  # of the archive itself
MEMBERS = 1_000
TOTAL_BYTES = 64_000_000
RATIO = 100  # unpacked / packed; source code packs to a fifth or so
RATIO_FREE_BYTES = 100_000  # small members may pack as they like
NAME_CHARACTERS = 255
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl", ".jar")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # LZMA may ask for gigabytes before the first byte

_ENTRY = b"PK\1\2"  # stands before each member in the list at the end
# What the reader stumbles with over bytes that somebody made up; offsets of 64 bits among them.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError),
    *(OverflowError, IndexError, struct.error),
)

Member = tuple[tuple[str, ...], Callable[[int], bytes]]


def members(archive: bytes, shown: str) -> Iterator[Member]:
    """The regular members of an archive: the parts of the name, and a function that reads at most so many bytes.

    Args:
        shown: what the archive is called in sentences.

    Raises:
        SubmissionError: says what is wrong with the archive, before any member is yielded.
    """
    if not archive.startswith((b"PK\3\4", b"PK\5\6")):
        raise SubmissionError.of(say("{path} is not a zip archive.", path=shown))
    if archive.count(_ENTRY) > 2 * MEMBERS:  # before each gets an object; sources may hold the mark too
        raise SubmissionError.of(say("{path} holds more than {most} members.", path=shown, most=MEMBERS))
    try:
        opened = zipfile.ZipFile(io.BytesIO(archive))
    except _DAMAGE:
        raise SubmissionError.of(say("{path} is a damaged zip archive.", path=shown)) from None
    entries = opened.infolist()
    _refuse_bombs(entries, shown)
    seen: set[tuple[bool, tuple[str, ...]]] = set()
    for entry in entries:
        _refuse_name(entry, shown)
        folded = unicodedata.normalize("NFC", entry.filename).casefold()
        place = (entry.is_dir(), _parts(folded))
        if place in seen:
            raise SubmissionError.of(say("{path} holds two members called {name}.", path=shown, name=_name(entry)))
        seen.add(place)
    for entry in entries:
        if not entry.is_dir() and (parts := _parts(entry.filename)):
            yield parts, _reader(opened, entry, shown)


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a member's name that say something: `./a//x.py` is `a/x.py`."""
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _refuse_bombs(entries: list[zipfile.ZipInfo], shown: str) -> None:
    if len(entries) > MEMBERS:
        raise SubmissionError.of(say("{path} holds more than {most} members.", path=shown, most=MEMBERS))
    if sum(entry.file_size for entry in entries) > TOTAL_BYTES:
        raise SubmissionError.of(
            say("{path} unpacks to more than {most} MB.", path=shown, most=TOTAL_BYTES // 1_000_000)
        )
    for entry in entries:
        if entry.file_size > max(RATIO_FREE_BYTES, RATIO * entry.compress_size):
            raise SubmissionError.of(
                say("{path} holds a member that is packed suspiciously tightly: {name}.", path=shown, name=_name(entry))
            )


def _refuse_name(entry: zipfile.ZipInfo, shown: str) -> None:
    name = entry.orig_filename
    if not entry.filename:
        raise SubmissionError.of(say("{path} is a damaged zip archive.", path=shown))
    if "\0" in name:
        raise SubmissionError.of(say("{path} holds a member whose name has a NUL character in it.", path=shown))
    if len(name) > NAME_CHARACTERS:
        raise SubmissionError.of(
            say("{path} holds a member whose name has more than {most} characters.", path=shown, most=NAME_CHARACTERS)
        )
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ":" in parts[0] or ".." in parts:
        raise SubmissionError.of(
            say("{path} holds a name that leads out of it: {name}.", path=shown, name=_name(entry))
        )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise SubmissionError.of(say("{path} holds a link or a device: {name}.", path=shown, name=_name(entry)))
    if entry.flag_bits & 1:
        raise SubmissionError.of(say("{path} is encrypted. Hand in an archive without a password.", path=shown))
    if not entry.is_dir() and name.lower().endswith(_ARCHIVES):
        raise SubmissionError.of(say("{path} holds another archive: {name}.", path=shown, name=_name(entry)))


def _reader(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str) -> Callable[[int], bytes]:
    def read(cap_bytes: int) -> bytes:
        path = f"{shown}/{_name(entry)}"
        if entry.compress_type not in _METHODS:
            raise SubmissionError.of(say("{path} is packed in an unusual way. Use plain zip.", path=path))
        try:
            with opened.open(entry) as stream:
                content = stream.read(cap_bytes + 1)
        except _DAMAGE:
            raise SubmissionError.of(say("{path} is damaged.", path=path)) from None
        if len(content) > cap_bytes:
            raise SubmissionError.of(say("{path} is larger than {cap} MB.", path=path, cap=f"{cap_bytes / 1e6:g}"))
        return content

    return read


def _name(entry: zipfile.ZipInfo) -> str:
    return clean_line(entry.filename, limit=80)
