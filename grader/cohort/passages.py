"""A source as a string of tokens that says how it computes, not how it is written.

Names that a candidate chose, comments, docstrings, spaces and line breaks are what a copy changes first, and what
honest people choose differently for no reason; all of them are levelled here. Names that belong to a library (after a
dot) or to Python stay: they are choices of substance. Each token becomes one character, so that a run of n characters
is a run of n tokens. The source is only scanned, never parsed or run: it comes from strangers.
"""

from __future__ import annotations

import builtins
import keyword
import re

import msgspec

SIZE_CAP = 60_000  # characters of a source that are read; a module of an exercise has a few thousand

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n]*)
    | (?P<string>(?:[rbfuRBFU]{0,2})(?:\"\"\"[\s\S]*?(?:\"\"\"|\Z)|'''[\s\S]*?(?:'''|\Z)
        |"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?))
    | (?P<name>[^\W\d]\w*)
    | (?P<number>\.?\d[\w.]*)
    | (?P<newline>\n)
    | (?P<space>[^\S\n]+|\\\n)
    | (?P<operator>\*\*=?|//=?|<<=?|>>=?|->|:=|[-+*/%@&|^=!<>]=|.)
    """,
    re.VERBOSE,
)
_WRITTEN = re.compile(r"\.(\w+)[^\S\n]*(?:[-+*/@]?=(?!=)|:(?!=))|\bdef[^\S\n]+(\w+)")
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))
_OWN = "\x01"  # any name that the candidate chose
_TEXT = "\x02"  # any string
_FIRST = 0xE000  # the characters of private use, and all after them
_LETTERS = 1_000_000  # more different tokens than honest people write in a lifetime; the rest count as one


class Tokens(msgspec.Struct, frozen=True):
    """One source, levelled."""

    text: str  # one character a token
    lines: tuple[int, ...]  # the line of each token, from 1


class Alphabet:
    """Which character stands for which token. Sources are comparable when they share one."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def letter(self, token: str) -> str:
        known = self._letters.get(token)
        if known is None:
            known = chr(_FIRST + min(len(self._letters), _LETTERS))
            self._letters[token] = known
        return known


def tokens_of(source: bytes, alphabet: Alphabet) -> Tokens:
    """Level a source; what is not UTF-8 in it counts as it can be read."""
    text = source.decode("utf-8", "replace").replace("\r\n", "\n")[:SIZE_CAP]
    written = frozenset(name for pair in _WRITTEN.findall(text) for name in pair)
    found: list[str] = []
    lines: list[int] = []
    letters: dict[tuple[str, bool], str] = {}  # of this source: a token, and whether a dot stands before it
    line, dotted, alone = 1, False, True  # alone: nothing stands before on this line
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if kind == "newline":
            alone = True
            line += 1
        elif kind == "space":
            line += token[-1] == "\n"
        elif kind == "string":
            if not alone:  # else it is a docstring, or a text that nobody uses
                found.append(alphabet.letter(_TEXT))
                lines.append(line)
            dotted = alone = False
            line += token.count("\n")
        elif kind != "comment":
            letter = letters.get((token, dotted))
            if letter is None:
                letter = letters[token, dotted] = alphabet.letter(_level(token, dotted, written))
            found.append(letter)
            lines.append(line)
            dotted, alone = token == ".", False  # noqa: S105  a sign, no password
    return Tokens("".join(found), tuple(lines))


def _level(token: str, dotted: bool, written: frozenset[str]) -> str:
    if token in _KEPT or not (token[0].isalpha() or token[0] == "_"):
        return token
    # An attribute that is written to somewhere is the candidate's own; one that is only read belongs to a library.
    return token if dotted and token not in written else _OWN


def without_words(source: str) -> str:
    """A source with the text of its comments and docstrings taken out, line by line as it stood: people sign there."""
    pieces: list[str] = []
    alone = True
    for match in _TOKEN.finditer(source.replace("\r\n", "\n")[:SIZE_CAP]):
        kind, token = match.lastgroup or "", match.group()
        written = token
        if kind == "comment":
            written = "# …"
        elif kind == "string" and alone:
            written = '"…"' + "\n" * token.count("\n")
        pieces.append(written)
        alone = kind == "newline" or (alone and kind in ("space", "comment"))
    return "".join(pieces)
