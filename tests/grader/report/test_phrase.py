"""Texts enter a view in one language and cleaned."""

from __future__ import annotations

import pytest

from grader.model import Language, Text
from grader.report.phrase import Phrase


@pytest.mark.parametrize(("language", "line", "block"), [("en", "a\\x0ab", "a\nb"), ("zh", "甲\\x0a乙", "甲\n乙")])
def test_language_and_cleaning(language: Language, line: str, block: str) -> None:
    """One line or several, in the language asked for."""
    phrase = Phrase(language)

    assert phrase.line(Text("a\nb", "甲\n乙")) == line
    assert phrase.text(Text("a\nb", "甲\n乙")) == block


def test_a_whole_sentence_of_an_author_fits_on_a_line() -> None:
    """Only candidates' names are cut as short as a table column."""
    sentence = "word " * 60

    assert Phrase("en").line(Text(sentence, sentence)) == sentence
