"""Cells of spreadsheets: numbers stay numbers, and no text is ever taken for a formula.

A spreadsheet runs what begins with one of a few signs, whoever wrote it. Text that does is led by an apostrophe, which
spreadsheets show as text; control characters and marks that turn the direction of writing are made visible first.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from grader.report.sanitize import clean_line

# Full-width signs too: spreadsheets of Chinese and Japanese locales read them as the narrow ones.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LIMIT = 1_000  # characters of a cell

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads Chinese names in the wrong character set

Cell = str | int | float | None


def inert(text: str) -> str:
    """Untrusted text as a cell that is only text."""
    shown = clean_line(text, limit=_LIMIT)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def table(rows: Sequence[Sequence[Cell]], *, mark: bool = True) -> bytes:
    """Rows as CSV after RFC 4180: UTF-8, commas, every text in quotes, lines ended by CR LF.

    Args:
        rows: texts are made inert here; None is an empty cell.
        mark: begin with a byte order mark, for Excel.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else inert(cell) if isinstance(cell, str) else cell for cell in row])
    return ((BYTE_ORDER_MARK if mark else "") + stream.getvalue()).encode()
