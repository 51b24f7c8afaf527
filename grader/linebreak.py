"""Where a line may end on a terminal: English between words, Chinese between characters.

Libraries break at blanks only, so that a Chinese sentence with one Latin word in it leaves half of a line empty. This
must not know how wide a terminal is, nor what is written.
"""

from __future__ import annotations

import unicodedata

_NOT_FIRST = "，。；：、！？）》」』】”’…—％,.;:!?)]}"  # no line begins with these
_NOT_LAST = "（《「『【“‘([{"  # nor ends with these


def pieces(line: str) -> list[str]:
    """What must stay together: words with the blanks behind them, Chinese characters with their punctuation."""
    found: list[str] = []
    for each in line:
        if found and not _may_break(found[-1][-1], each):
            found[-1] += each
        else:
            found.append(each)
    return found


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: two for a Chinese character, none for an accent by itself."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return before == " " or cells(before) == 2 or cells(after) == 2
