"""A block of somebody else's text carries its mark on every row."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.report.quotation import Quotation


def _rows(text: str, width: int, **limits: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(Quotation(text, **limits))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [3, 10, 80])
@pytest.mark.parametrize("text", ["a b c " * 20, "x" * 200, "::error::y\n##[z]", "中文" * 40, "", "\n\n"])
def test_every_row_is_marked(text: str, width: int) -> None:
    """Wrapped rows too, however narrow the terminal."""
    rows = _rows(text, width)

    assert all(row.startswith("|") for row in rows)
    assert all("##[" not in row for row in rows)


def test_it_is_cut_at_its_limits() -> None:
    """Characters and lines, each with its own limit."""
    assert _rows("abcdef", 80, limit=3) == ["| abc…"]
    assert _rows("a\nb\nc", 80, lines=2) == ["| a", "| b…"]


def test_markup_is_text() -> None:
    """Square brackets mean nothing."""
    assert _rows("[red]x[/red]", 80) == ["| [red]x[/red]"]
