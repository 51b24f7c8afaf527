"""The nouns of marking are frozen and travel as plain data."""

from __future__ import annotations

import msgspec
import pytest

from grader.marking import Bank, Numeric, Question


def test_questions_cannot_be_changed(bank: Bank) -> None:
    """A key that could change between two answers would be no key."""
    question = bank.questions["time"]
    with pytest.raises(AttributeError):
        question.id = "other"  # type: ignore[misc]


def test_three_kinds_by_name(bank: Bank) -> None:
    """Each kind has what marking it needs."""
    kinds: dict[str, list[str]] = {}
    question: Question
    for name, question in bank.questions.items():
        kinds.setdefault(type(question).__name__, []).append(name)
    assert kinds == {"Choice": ["letter"], "Numeric": ["time", "size", "rate", "count"], "ShortAnswer": ["why"]}


def test_they_are_plain_data(bank: Bank) -> None:
    """A number survives the way through JSON as it was."""
    question = bank.questions["size"]
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(question)), Numeric) == question
