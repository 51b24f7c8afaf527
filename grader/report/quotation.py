"""A terminal block of somebody else's text: every line of it, wrapped ones too, carries a mark in front."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text as Rich

from grader.report.sanitize import clip, quoted

_PREFIX = "| "
_LIMIT, _LINES = 600, 8  # a terminal shows the start; the page and the JSON have the rest


class Quotation:
    """A rich renderable; the text is cut here.

    Args:
        text: clean already.
        limit: characters kept.
        lines: lines kept.
        style: of the whole block.
    """

    def __init__(self, text: str, *, limit: int = _LIMIT, lines: int = _LINES, style: str = "") -> None:
        self._text = clip(text, limit=limit, lines=lines).expandtabs(4)
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - len(_PREFIX), 1)
        for line in Rich(self._text).wrap(console, width, overflow="fold"):
            yield Rich(quoted(line.plain.rstrip(), prefix=_PREFIX), style=self._style, no_wrap=True)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = max((Rich(line).cell_len for line in self._text.split("\n")), default=0) + len(_PREFIX)
        return Measurement(min(12, options.max_width), min(longest, options.max_width))
