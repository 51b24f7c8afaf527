"""Text that looks the same is made the same, and what cannot be seen is taken out."""

from __future__ import annotations

import time

import pytest

from grader.marking.folding import fold, length_when_folded, unmarked, without_label


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("Ｂ，（７）", "B,(7)"),
        ("we\u200bights \u202eabc\ufeff", "weights abc"),
        ("ВАСЕ", "BACE"),  # Cyrillic
        ("m\u0336s", "ms"),
        ("10³ × 2⁻¹", "10^3 × 2^-1"),
        ("5 µs", "5 μs"),
        ("a\u00a0b\u3000c", "a b c"),
        ("“don’t” – a−b", '"don\'t" - a-b'),
        ("x\x00\x1b[31my\n\tz", "x[31my\n\tz"),
    ],
)
def test_fold(given: str, plain: str) -> None:
    """Width, look-alikes, invisible characters, raised digits, blanks, quotation marks, control characters."""
    assert fold(given) == plain


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("**B**", "B"),
        ("`7 ms`", "7 ms"),
        ("_weights_ of snake_case", "weights of snake_case"),
        ("~~A~~ B", "  B"),
        ("- one\n* two", "one\ntwo"),
        ("[text](http://x)", "text"),
        ("3*10**-3 and 2*3", "3*10**-3 and 2*3"),
        ("*read* it", "read it"),
    ],
)
def test_unmarked(given: str, plain: str) -> None:
    """Emphasis goes, products and powers stay."""
    assert unmarked(given) == plain


def test_a_label_in_front_is_no_part_of_the_answer() -> None:
    """In either language."""
    assert without_label(" Answer: B") == "B"
    assert without_label("答案：7 毫秒") == "7 毫秒"
    assert without_label("the answer: is") == "the answer: is"


def test_marks_piled_up_take_no_time() -> None:
    """To put n marks of one letter in order takes n * n steps: a heading made of them took a minute."""

    def seconds(marks: int) -> float:
        before = time.process_time()
        assert fold("a" + "\u0301\u0316" * marks) == "\u00e1"
        return time.process_time() - before

    assert seconds(32_000) < 24 * min(seconds(2_000) for _ in range(3)) + 0.05


@pytest.mark.parametrize("text", ["abc", "ﷺ", "ｆｕｌｌ", "e\u0301", "x²", "\u0301" * 99])
def test_the_length_of_folded_text(text: str) -> None:
    """It is known without folding, or a bound of it."""
    assert len(fold(text)) <= length_when_folded(text)
