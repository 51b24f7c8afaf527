"""Sentences for rich, broken where their language breaks (`grader.linebreak`).

This knows nothing of reports; what it lays out is ours or has been cleaned.
"""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text as Rich

from grader.linebreak import cells, pieces


class Prose:
    """A rich renderable: a text with its styles, broken to the width that there is."""

    def __init__(self, text: Rich) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if len(self._text.plain) == cells(self._text.plain):  # nothing wide in it: rich does as well
            yield self._text
            return
        for paragraph in self._text.split("\n", allow_blank=True):
            for line in paragraph.divide(_breaks(paragraph.plain, options.max_width)):
                line.rstrip()
                line.no_wrap = True
                yield line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = max(cells(line) for line in self._text.plain.split("\n"))
        return Measurement(min(12, longest, options.max_width), min(longest, options.max_width))


def _breaks(text: str, width: int) -> list[int]:
    """Offsets at which a new line begins, each line as full as it may be."""
    breaks: list[int] = []
    filled = 0
    offset = 0
    for piece in pieces(text):
        if filled and filled + cells(piece.rstrip()) > width:
            breaks.append(offset)
            filled = 0
        for character in piece:
            if filled + cells(character) > width and not character.isspace():  # one piece, longer than a line
                breaks.append(offset)
                filled = 0
            filled += cells(character)
            offset += 1
    return breaks
