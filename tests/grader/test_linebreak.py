"""Where a line may end."""

from __future__ import annotations

import pytest

from grader.linebreak import cells, pieces


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("two words", ["two ", "words"]),
        ("一行字", ["一", "行", "字"]),
        ("用 softmax 归一化", ["用 ", "softmax ", "归", "一", "化"]),
        ("用softmax归", ["用", "softmax", "归"]),
        ("完了。再来", ["完", "了。", "再", "来"]),
        ("（见下文）", ["（见", "下", "文）"]),
        ("f(x), y", ["f(x), ", "y"]),
        ("", []),
    ],
)
def test_what_stays_together(line: str, wanted: list[str]) -> None:
    """Words whole, with the blanks behind them; no line begins with a stop or ends with an opening bracket."""
    assert pieces(line) == wanted


def test_nothing_is_lost() -> None:
    """The pieces are the line."""
    line = "分数没有除以 sqrt(d)：“为什么是 sqrt(d)？” — the first question."

    assert "".join(pieces(line)) == line


def test_columns_of_a_terminal() -> None:
    """Wide characters take two, accents that stand by themselves none."""
    assert cells("abc") == 3
    assert cells("汉字") == 4
    assert cells("，") == 2
    assert cells("e\u0301") == 1
