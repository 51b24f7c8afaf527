"""Cells that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.exports.cells import BYTE_ORDER_MARK, inert, table

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "＋1", "－1", "＠x", '=cmd|" /C calc"!A1']


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_become_text(text: str) -> None:
    """The apostrophe is the first thing in the cell, or the sign no longer is."""
    shown = inert(text)

    assert shown[0] == "'" or shown.startswith("\\x")


@pytest.mark.parametrize("text", ["Ada", "O’Brien", "王小明", "a=b", "", "'quoted'"])
def test_honest_names_stay(text: str) -> None:
    """Nothing is added to what no spreadsheet would run."""
    assert inert(text) == text


@given(st.text())
def test_nothing_acts(text: str) -> None:
    """Whatever stands in a cell: no control character, no mark of direction, no sign of a formula in front."""
    shown = inert(text)

    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert not [
        each for each in shown if ord(each) < 32 or each in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    ]


@given(st.lists(st.lists(st.one_of(st.text(), st.integers(), st.none()), min_size=1, max_size=4), min_size=1))
def test_a_strict_reader_reads_it_back(rows: list[list[str | int | None]]) -> None:
    """As many rows and cells as were written, whatever is in them; numbers stay numbers."""
    document = table(rows).decode()
    read = list(csv.reader(io.StringIO(document.removeprefix(BYTE_ORDER_MARK), newline=""), strict=True))

    assert [len(row) for row in read] == [len(row) for row in rows]
    for before, after in zip(rows, read, strict=True):
        for cell, shown in zip(before, after, strict=True):
            assert shown == ("" if cell is None else inert(cell) if isinstance(cell, str) else str(cell))


def test_the_mark_for_excel() -> None:
    """Only where it is wanted; lines end as RFC 4180 says."""
    assert table([("a", 1)]) == b'\xef\xbb\xbf"a",1\r\n'
    assert table([("a", 1)], mark=False) == b'"a",1\r\n'
