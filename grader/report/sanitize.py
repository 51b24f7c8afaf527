"""The one gate through which every string that a candidate could have written reaches a reader.

A terminal obeys escape sequences, a page reorders text around bidirectional marks, a log swallows a carriage return.
After this gate none of it acts: control characters are shown as escapes, invisible ones by their Unicode name, and
long text is cut with a mark that says how much is missing. Escaping for HTML or JSON is the writers' own duty and
comes on top. This module must not know what the strings are about.
"""

from __future__ import annotations

import unicodedata

BLOCK_LIMIT = 4_000  # characters of a message, a value, a traceback
BLOCK_LINES = 80
LINE_LIMIT = 160  # characters of a name or of one line of a table

# Categories that draw nothing by themselves or are not text: format marks (bidi, zero width, tags), lone surrogates,
# unassigned code points (with the noncharacters), and the two separators that break lines where none is expected.
_UNSEEN = frozenset({"Cf", "Cs", "Cn", "Zl", "Zp"})
# Invisible, though Unicode counts them as letters or marks.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d\u180f")
_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 4  # more than any script needs; without a limit they draw over the lines around


def clean(text: str, *, limit: int = BLOCK_LIMIT, lines: int = BLOCK_LINES) -> str:
    """Make untrusted text of several lines harmless to show.

    Args:
        text: anything.
        limit: characters of the original that are kept.
        lines: lines that are kept.

    Returns:
        Text whose only control characters are newline and tab; where it was cut, it ends in `… [+N]`, N being the
        number of characters left out.
    """
    kept = text[:limit]
    kept = kept[: _end_of_line(kept, lines)]
    shown = _visible(kept, newline=True)
    missing = len(text) - len(kept)
    return f"{shown}… [+{missing}]" if missing else shown


def clean_line(text: str, *, limit: int = LINE_LIMIT) -> str:
    """Make untrusted text harmless to show on one line: as `clean`, with newlines and tabs shown as escapes too."""
    shown = _visible(text[:limit], newline=False)
    missing = len(text) - limit
    return f"{shown}… [+{missing}]" if missing > 0 else shown


def clip(text: str, *, limit: int, lines: int) -> str:
    """Shorten text that is clean already; where it was cut, it ends in `…`."""
    kept = text[:limit]
    kept = kept[: _end_of_line(kept, lines)]
    return kept if len(kept) == len(text) else kept + "…"


def inline(text: str) -> str:
    """Take the meaning that build logs give to `::command::` and `##[command]` from cleaned text amid our own."""
    return text.replace("::", ": :").replace("##[", "## [")


def quoted(line: str, *, prefix: str = "| ") -> str:
    """Mark one line of cleaned text as somebody else's, so that neither reader nor build log takes it for ours."""
    return prefix + line.replace("##[", "## [")


def _end_of_line(text: str, lines: int) -> int:
    """The index at which the given number of lines is over."""
    at = -1
    for _ in range(lines):
        at = text.find("\n", at + 1)
        if at < 0:
            return len(text)
    return at


def _visible(text: str, *, newline: bool) -> str:
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if newline and character in "\n\t":
            shown.append(character)
        elif category == "Cc":
            shown.append(f"\\x{ord(character):02x}")
        elif category in _UNSEEN or character in _BLANK or marks > _MARKS_IN_A_ROW:
            shown.append(_named(character))
        else:
            shown.append(character)
    return "".join(shown)


def _named(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"[U+{ord(character):04X} {name}]" if name else f"[U+{ord(character):04X}]"
