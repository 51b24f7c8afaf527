"""No string of a candidate acts on a terminal, a page or a build log."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.sanitize import BLOCK_LIMIT, BLOCK_LINES, clean, clean_line, clip, inline, quoted

ANY_TEXT = st.text(alphabet=st.characters())  # surrogates and noncharacters too


@given(ANY_TEXT)
def test_cleaned_text_has_no_control_or_unseen_character(text: str) -> None:
    """Whatever goes in, only newline and tab come out of the characters that act without being seen."""
    unseen = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}

    assert {unicodedata.category(each) for each in clean(text) if each not in "\n\t"}.isdisjoint(unseen)
    assert {unicodedata.category(each) for each in clean_line(text)}.isdisjoint(unseen)


@given(ANY_TEXT)
def test_cleaned_text_can_be_encoded(text: str) -> None:
    """A lone surrogate must not stop a report from being written."""
    assert clean(text).encode("utf-8").decode("utf-8") == clean(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 中文 text\n\tkept", "plain 中文 text\n\tkept"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\rb\x00\x7f\x9b", "a\\x0db\\x00\\x7f\\x9b"),
        ("\u202egnp", "[U+202E RIGHT-TO-LEFT OVERRIDE]gnp"),
        ("\u200b\ufeff", "[U+200B ZERO WIDTH SPACE][U+FEFF ZERO WIDTH NO-BREAK SPACE]"),
        ("\u2028", "[U+2028 LINE SEPARATOR]"),
        ("\u3164", "[U+3164 HANGUL FILLER]"),
        ("\udc80\uffff", "[U+DC80][U+FFFF]"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_each_kind_is_shown_in_its_way(text: str, shown: str) -> None:
    """Controls as escapes, invisible characters by name, everything that people write as it is."""
    assert clean(text) == shown


def test_lines_are_flattened_where_one_line_is_wanted() -> None:
    """A name cannot begin a new line of a table."""
    assert clean_line("a\nb\tc") == "a\\x0ab\\x09c"


def test_long_text_is_cut_and_says_by_how_much() -> None:
    """A megabyte of output costs a reader and a page no more than the limit."""
    shown = clean("x" * 1_000_000)

    assert shown == "x" * BLOCK_LIMIT + f"… [+{1_000_000 - BLOCK_LIMIT}]"


def test_many_lines_are_cut() -> None:
    """Short lines without end are a flood too."""
    shown = clean("y\n" * 1_000)

    assert shown.count("\n") == BLOCK_LINES - 1
    assert shown.endswith(f"… [+{2_000 - 2 * BLOCK_LINES + 1}]")


def test_text_of_exactly_the_limit_is_whole() -> None:
    """The mark of a cut stands only where something is missing."""
    assert clean("x" * BLOCK_LIMIT) == "x" * BLOCK_LIMIT
    assert clip("abc\ndef", limit=7, lines=2) == "abc\ndef"
    assert clip("abc\ndef", limit=7, lines=1) == "abc…"


def test_stacked_marks_are_named() -> None:
    """A tower of combining marks would draw over the lines above."""
    assert clean("a" + "\u0301" * 6) == "a" + "\u0301" * 4 + "[U+0301 COMBINING ACUTE ACCENT]" * 2


@pytest.mark.parametrize("command", ["::error::x", "##[error]x", "##[group]", "a ##[b] c"])
def test_build_logs_see_no_command(command: str) -> None:
    """A line that is quoted, or put into a line of ours, starts no command of a build log."""
    for shown in (quoted(clean_line(command)), inline(clean_line(command))):
        assert not shown.lstrip().startswith("::")
        assert "##[" not in shown
