"""Tables and other renderables on standard output. Only loaded by commands that show one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from grader.i18n import say
from grader.model import Language, Report, Text
from grader.report.sanitize import clean_line
from grader.report.words import MARKS, VERDICT_TONES, Tone, verdict_word

STYLES: dict[Tone, str] = {"good": "green", "bad": "red", "warn": "yellow", "calm": "dim"}
PIPE_WIDTH = 100  # columns, where there is no terminal to ask
_COLUMN_WIDTH, _GAP = 12, 2  # a column of words may be as narrow as this, or as its longest word


def show(what: RenderableType) -> None:
    """Print to standard output; colours only on a terminal. A table that is too wide for it becomes blocks."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    console = Console(file=sys.stdout, width=width, highlight=False)
    if isinstance(what, Table) and _needs(what) > console.width:
        what = _stacked(what)
    console.print(what)


def plain_table(
    columns: Sequence[Text], language: Language, *, right: Sequence[int] = (), whole: Sequence[int] = ()
) -> Table:
    """An empty table without lines, with headings in one language.

    Args:
        right: columns of numbers; they are never broken.
        whole: columns of names that are typed: other columns give way to them.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, heading in enumerate(columns):
        table.add_column(
            heading.in_language(language),
            justify="right" if number in right else "left",
            overflow="fold",
            no_wrap=number in whole or number in right,
        )
    return table


def _needs(table: Table) -> int:
    """The width below which a table is no longer read with ease."""
    wide = 0
    for column in table.columns:
        words = [_rich(each) for each in (column.header, *column.cells)]
        if column.no_wrap:
            wide += max(each.cell_len for each in words) + _GAP
        else:
            longest = max((Rich(word).cell_len for each in words for word in each.plain.split()), default=0)
            wide += min(longest, _COLUMN_WIDTH) + _GAP
    return wide - _GAP


def _stacked(table: Table) -> RenderableType:
    """The rows as blocks: the name that is typed, and below it a line for each of the other cells."""
    first = next((number for number, each in enumerate(table.columns) if each.no_wrap and each.justify == "left"), 0)
    lines: list[RenderableType] = []
    for row in zip(*(list(each.cells) for each in table.columns), strict=True):
        name = _rich(row[first])
        indent = len(name.plain) - len(name.plain.lstrip()) + _GAP
        lines.append(name)
        for number, cell in enumerate(row):
            said = _rich(cell)
            if number != first and said.plain.strip() not in ("", "-"):
                line = Rich.assemble((f"{_rich(table.columns[number].header).plain}: ", "dim"), said)
                lines.append(Padding(line, (0, 0, 0, indent)))
    return Group(*lines)


def _rich(cell: RenderableType) -> Rich:
    return cell if isinstance(cell, Rich) else Rich(str(cell))


def results_table(reports: Sequence[Report], language: Language) -> Table:
    """One line a submission, when there are several."""
    table = plain_table([say("verdict"), say("score"), say("submission")], language, right=[1])
    for report in reports:
        tone = VERDICT_TONES.get(report.verdict, "bad")
        word = verdict_word(report.verdict).in_language(language)
        table.add_row(
            Rich(f"{MARKS[tone]} {word}", style=STYLES[tone]),
            Rich(f"{report.score:g} / {report.max_score:g}"),
            Rich(clean_line(report.submission_name)),
        )
    return table
