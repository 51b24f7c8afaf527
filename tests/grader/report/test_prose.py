"""Sentences are broken where their language breaks."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.report.prose import Prose

CHINESE = "写成 logits[:, 0] 而不是 logits[:, -1]：只在“提示词”之后那次出错（以后每次只有一个位置）。取最后一个位置。"
ENGLISH = "One reading a call saves half of them, and puts the making of the next input into the measured time."


def rows(text: str, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False)
    console.print(Prose(Text(text)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_line_is_filled_before_the_next_begins() -> None:
    """A Latin word in a Chinese sentence does not leave the rest of its line empty."""
    assert rows(".to(int8) 直接丢掉小数，向零靠拢。", 24) == [".to(int8) 直接丢掉小数，", "向零靠拢。"]


@pytest.mark.parametrize("width", range(6, 60))
def test_nothing_is_lost_and_no_line_is_too_wide(width: int) -> None:
    """Whatever the width; only blanks at the ends of lines go."""
    shown = rows(CHINESE, width)

    assert "".join(shown).replace(" ", "") == CHINESE.replace(" ", "")
    assert max(Text(row).cell_len for row in shown) <= width


@pytest.mark.parametrize("width", range(16, 60))
def test_punctuation_stays_with_its_word(width: int) -> None:
    """No line begins with a closing mark or ends with an opening one."""
    shown = rows(CHINESE, width)

    assert not [row for row in shown if row[0] in "，。：”）"]
    assert not [row for row in shown if row[-1] in "“（"]


def test_words_are_not_torn() -> None:
    """A Latin word moves to the next line as a whole, unless it is longer than a line."""
    assert rows("没有 tokenize 和 embed", 12) == ["没有", "tokenize 和", "embed"]
    assert rows("名 scaled_dot", 8) == ["名", "scaled_d", "ot"]


@pytest.mark.parametrize("width", [20, 40, 80])
def test_english_is_left_to_rich(width: int) -> None:
    """Without a wide character nothing is different from before."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(Text(ENGLISH))
    assert isinstance(console.file, io.StringIO)

    assert rows(ENGLISH, width) == console.file.getvalue().splitlines()


def test_styles_survive() -> None:
    """Each piece keeps the style that it had."""
    console = Console(file=io.StringIO(), width=10, color_system="standard", force_terminal=True, legacy_windows=False)
    console.print(Prose(Text.assemble(("正确正确正确", "green"), "错误")))
    assert isinstance(console.file, io.StringIO)

    assert console.file.getvalue() == "\x1b[32m正确正确正\x1b[0m\n\x1b[32m确\x1b[0m错误\n"


def test_a_table_gives_it_the_room_that_it_needs() -> None:
    """A short sentence in a cell is one line."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_row("a", Prose(Text("没有传下去")))
    console = Console(file=io.StringIO(), width=40, color_system=None)
    console.print(table)
    assert isinstance(console.file, io.StringIO)

    assert console.file.getvalue().rstrip() == "a  没有传下去"
