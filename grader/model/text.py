"""A sentence for people, in both languages at once."""

from __future__ import annotations

from typing import Literal

import msgspec

Language = Literal["en", "zh"]


class Text(msgspec.Struct, frozen=True):
    """One sentence in English and Chinese, so that a stored report can be read in either."""

    en: str
    zh: str

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en
