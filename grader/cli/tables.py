"""Tables and other renderables on standard output. Only loaded by commands that show one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text as Rich

from grader.i18n import say
from grader.model import Language, Report, Text
from grader.report.sanitize import clean_line
from grader.report.words import MARKS, VERDICT_TONES, Tone, verdict_word

STYLES: dict[Tone, str] = {"good": "green", "bad": "red", "warn": "yellow", "calm": "dim"}
PIPE_WIDTH = 100  # columns, where there is no terminal to ask


def show(what: RenderableType) -> None:
    """Print to standard output; colours only on a terminal."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(file=sys.stdout, width=width, highlight=False).print(what)


def plain_table(columns: Sequence[Text], language: Language, *, right: Sequence[int] = ()) -> Table:
    """An empty table without lines, with headings in one language; columns in `right` hold numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, heading in enumerate(columns):
        table.add_column(heading.in_language(language), justify="right" if number in right else "left", overflow="fold")
    return table


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
