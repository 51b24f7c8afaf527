"""One letter is the answer, however it is written; several and none are told apart from it."""

from __future__ import annotations

import pytest

from grader.marking.letters import letters_of
from grader.model import Text

CHOICES = {
    "A": Text("prefill builds it", "由预填充建立"),
    "B": Text("a decode step", "一个解码步"),
    "C": Text("the tokenizer", "分词器"),
    "D": Text("nobody", "没有谁"),
}


@pytest.mark.parametrize(
    "text",
    [
        *("B", "b)", "(B)", "【B】", "B.", "**B**", "`B`", "- B", "Ｂ", "В", "B\u200b", "~~A~~ B", "Option B"),
        *("答案：B", "答案是 B。", "选B", "我选 B，因为带宽", "应该是 B", "不选A，选B", "一个解码步。"),
        *("B. because A is wrong", "B, A is a distractor", "B (C is wrong)", "B because a cache helps"),
        *("I think the answer is B", "the correct answer is (B)", "B\n\nA is wrong because of that."),
        *("A decode step", "a decode step.", "It's B", "B and a cache", "answer" + " " * 15_000 + "B"),
    ],
)
def test_one_letter(text: str) -> None:
    """Alone, in brackets, full-width, labelled, with its reason, struck out beside it, or as the choice's own words."""
    assert letters_of(text, CHOICES) == ("B",)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("A and B", "AB"),
        ("A/B", "AB"),
        ("AB", "AB"),
        ("A, B, C", "ABC"),
        ("A. B. C. D.", "ABCD"),
        ("A B", "AB"),
        ("(A) (B)", "AB"),
        ("(A)(B)", "AB"),
        ("B 或 C", "BC"),
        ("B、C", "BC"),
        ("B\nC", "BC"),
        ("B\n\n答案：C", "BC"),
        ("the answer is B\nthe answer is C", "BC"),
    ],
)
def test_several_letters(text: str, letters: str) -> None:
    """Whoever gives two has not answered."""
    assert "".join(letters_of(text, CHOICES)) == letters


@pytest.mark.parametrize(
    "text", ["", "because", "7", "not B", "the answer is not A", "A cache is what it needs", "I do not know", "?", "Z"]
)
def test_no_letter(text: str) -> None:
    """Words that begin with a letter, an article, and a denial give none."""
    assert letters_of(text, CHOICES) == ()


def test_a_letter_out_of_range_is_a_letter() -> None:
    """It is there to be called wrong by name."""
    assert letters_of("F", CHOICES) == ("F",)
