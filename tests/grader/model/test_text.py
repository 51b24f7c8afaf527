"""One sentence, two languages."""

from __future__ import annotations

import msgspec
import pytest

from grader.model import Text


@pytest.mark.parametrize(("language", "said"), [("en", "wrong"), ("zh", "错误")])
def test_a_text_is_read_in_the_language_asked_for(language: str, said: str) -> None:
    """Whoever stores a report does not decide who reads it."""
    assert Text(en="wrong", zh="错误").in_language(language) == said


def test_a_text_is_a_value() -> None:
    """Equal texts are one text to a set, and none changes after it was made."""
    text = Text("a", "甲")

    assert len({text, Text("a", "甲"), Text("a", "乙")}) == 2
    with pytest.raises(AttributeError):
        text.en = "b"


def test_a_text_survives_storing() -> None:
    """A stored report holds both languages."""
    text = Text("it is “so”", "就是这样")

    assert msgspec.json.decode(msgspec.json.encode(text), type=Text) == text
