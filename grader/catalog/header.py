"""Read the TOML header of a mistake or an accepted variant.

A header is the comment block at the top of the file, between `# /// mistake` (or `# /// accepted`) and `# ///`; of a
sheet of answers, the HTML comment between `<!-- /// mistake` and `/// -->`. The rest of the file is a submission and is
not looked at here.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.catalog.broken import content_error, from_decoder
from grader.catalog.schema import AcceptedFile, HeaderWord, MistakeFile, keys_of
from grader.i18n import say
from grader.model import Accepted, Mistake, Text

T = TypeVar("T", MistakeFile, AcceptedFile)


def read_mistake(file: Path) -> Mistake:
    """The mistake that a file declares; its id is the name of the file.

    Raises:
        ContentError: no header, or a broken one.
    """
    entry = _read(file, "mistake", MistakeFile)
    return Mistake(
        id=file.stem,
        kind=entry.kind,
        functions=entry.functions,
        inherits=entry.inherits,
        title=_text(entry.title),
        explanation=_text(entry.explanation),
        equals=entry.equals,
        made_of=entry.made_of,
        breaks=entry.breaks,
        path=file,
    )


def read_accepted(file: Path) -> Accepted:
    """The accepted variant that a file declares.

    Raises:
        ContentError: no header, or a broken one.
    """
    return Accepted(id=file.stem, note=_text(_read(file, "accepted", AcceptedFile).note), path=file)


def _text(entry: Text) -> Text:
    return Text(en=entry.en, zh=entry.zh)


def _read(file: Path, word: HeaderWord, format_: type[T]) -> T:
    toml = _block(file, word)
    try:
        raw = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise content_error(file, "", say("the header is not TOML: {reason}.", reason=error)) from None
    try:
        return msgspec.convert(raw, format_)
    except msgspec.ValidationError as error:
        raise from_decoder(error, raw, file, keys_of(format_), mistakes=True) from None


def _block(file: Path, word: HeaderWord) -> str:
    """The lines of the header without their comment signs, numbered as in the file."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise content_error(file, "", say("cannot be read: {reason}.", reason=error)) from None
    sheet = file.suffix == ".md"
    opening, closing = (f"<!-- /// {word}", "/// -->") if sheet else (f"# /// {word}", "# ///")
    toml = [""]
    if not lines or lines[0].rstrip() != opening:
        raise content_error(file, "", say("must start with the line {line!r}, its header.", line=opening))
    for line in lines[1:]:
        if line.rstrip() == closing:
            return "\n".join(toml)  # the empty first line makes the decoder count lines as the file does
        if sheet:
            toml.append(line)
            continue
        if not line.startswith("#"):
            break
        toml.append(line[1:].removeprefix(" "))
    raise content_error(file, "", say("the header has no end. Close it with the line {line!r}.", line=closing))
