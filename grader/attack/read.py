"""Read attacks: a TOML header in the leading comment between `# /// attack` and `# ///`, the submission below it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from grader.attack.model import Attack, Harm, Invariant
from grader.errors import ContentError
from grader.i18n import say
from grader.model import Outcome, Text, Tier

_OPENING, _CLOSING = "# /// attack", "# ///"


class _Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    row: int | Literal["own"]
    what: Text
    exercise: str = "target"
    expect: dict[str, tuple[Outcome, ...]] = {}
    holds: tuple[Invariant, ...] = tuple(Invariant)
    tiers: tuple[Tier, ...] = (Tier.A, Tier.B, Tier.C)
    harm: Harm = "none"
    whole: bool = False
    runs: int = 1
    fresh: bool = False
    tail: str = ""  # more source, for what no file of Python should hold
    tail_times: int = 1
    never_printed: str = ""
    never_assessed: str = ""
    full: bool = False
    timing: bool = True
    parts: tuple[str, ...] = ()


def read_all(folder: Path) -> tuple[Attack, ...]:
    """All attacks of a folder, by name.

    Raises:
        ContentError: one of them has no header, or a broken one.
    """
    return tuple(read_attack(file) for file in sorted(folder.glob("a[0-9]*_*.py")))


def read_attack(file: Path) -> Attack:
    """The attack in a file; its id is the name of the file.

    Raises:
        ContentError: no header, or a broken one.
    """
    source = file.read_bytes()
    try:
        header = msgspec.convert(tomllib.loads(_toml(source)), _Header)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        text = say("{file}: the header of the attack is broken: {reason}.", file=file, reason=error)
        raise ContentError(text.en, text.zh) from None
    return Attack(
        id=file.stem,
        row=0 if header.row == "own" else header.row,
        what=header.what,
        exercise=header.exercise,
        expect=header.expect,
        holds=header.holds,
        tiers=header.tiers,
        harm=header.harm,
        whole=header.whole,
        runs=header.runs,
        fresh=header.fresh,
        never_printed=header.never_printed,
        never_assessed=header.never_assessed,
        full=header.full,
        timing=header.timing,
        parts=header.parts,
        source=source + header.tail.encode() * header.tail_times,
    )


def _toml(source: bytes) -> str:
    # A hostile source may be no text at all; its header is.
    toml: list[str] = []
    lines = iter(source.split(b"\n"))
    if next(lines).decode() != _OPENING:
        raise ValueError(f"the first line is not {_OPENING}")
    for raw in lines:
        line = raw.decode()
        if line == _CLOSING:
            return "\n".join(toml)
        if not line.startswith("#"):
            break
        toml.append(line[1:].removeprefix(" "))
    raise ValueError(f"there is no line {_CLOSING}")
