"""Sentences in one language, cleaned: the only way in which text of a report enters a view model."""

from __future__ import annotations

from grader.model import Language, Text
from grader.report.sanitize import clean, clean_line


class Phrase:
    """Turns texts into strings of one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def text(self, text: Text) -> str:
        """A text that may have several lines."""
        return clean(text.in_language(self.language))

    def line(self, text: Text) -> str:
        """A text on one line; longer than a candidate's own strings may be, for authors write whole sentences."""
        return clean_line(text.in_language(self.language), limit=600)
