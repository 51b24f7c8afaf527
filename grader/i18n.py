"""Two languages: English sentences in the code, Chinese ones in `grader/locale/zh/*.po`.

Code writes `say("{count} checks passed", count=3)` with a literal English sentence and gets a `Text` that holds both
languages, so that a stored report can be read in either. Templates get plain gettext callables. Each area keeps its
own catalogue file (`cli.po`, `jail.po`, ...); all of them are read together, through Babel, when the first sentence
is asked for and not before. This module must not know who reads the sentences, nor print them.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.model.text import Language, Text

LOCALE_DIR = Path(__file__).parent / "locale"

# Set to "1", a sentence without a translation raises instead of falling back to English. The test suite sets it.
STRICT_VARIABLE = "GRADER_STRICT_I18N"


def say(msgid: str, /, **fields: object) -> Text:
    """Say one sentence in both languages.

    Args:
        msgid: the English sentence, a literal, with `{named}` fields in `str.format` notation.
        fields: what the fields stand for; a `Text` is put in by language. Values are never parsed as formats.

    Raises:
        KeyError: a field of the sentence was not given; or, in strict mode, there is no Chinese sentence.
    """
    return Text(en=_fill(msgid, fields, "en"), zh=_fill(_chinese(msgid), fields, "zh"))


def say_count(singular: str, plural: str, count: int, /, **fields: object) -> Text:
    """Say one sentence about a number of things; the field `{count}` is given.

    Args:
        singular: the English sentence for one thing, a literal.
        plural: the English sentence for any other number.
        count: how many.

    Raises:
        KeyError: as `say`.
    """
    fields = {"count": count, **fields}
    english = singular if count == 1 else plural
    return Text(en=_fill(english, fields, "en"), zh=_fill(_chinese(singular, plural), fields, "zh"))


def listed(texts: Sequence[Text]) -> Text:
    """Several as one, in a row."""
    return Text(en="; ".join(each.en for each in texts), zh="；".join(each.zh for each in texts))


def gettext_for(language: Language) -> Callable[[str], str]:
    """The `gettext` of a language, for templates."""
    return _chinese if language == "zh" else _same


def ngettext_for(language: Language) -> Callable[[str, str, int], str]:
    """The `ngettext` of a language, for templates."""

    def ngettext(singular: str, plural: str, count: int) -> str:
        if language == "zh":
            return _chinese(singular, plural)
        return singular if count == 1 else plural

    return ngettext


def _same(msgid: str) -> str:
    return msgid


def _fill(sentence: str, fields: dict[str, object], language: Language) -> str:
    values = {name: value.in_language(language) if isinstance(value, Text) else value for name, value in fields.items()}
    return sentence.format_map(values)


def _chinese(msgid: str, plural: str | None = None) -> str:
    found = _catalogue().get(msgid if plural is None else (msgid, plural))
    if found is None:
        if os.environ.get(STRICT_VARIABLE) == "1":
            raise KeyError(f"no Chinese sentence in {LOCALE_DIR.name}/zh/*.po for {msgid!r}")
        return msgid if plural is None else plural
    return found


@functools.cache
def _catalogue() -> dict[str | tuple[str, str], str]:
    """All Chinese sentences by English one (or by singular and plural). Fuzzy and empty entries do not count."""
    from babel.messages.pofile import read_po  # here, so that importing this module stays light

    sentences: dict[str | tuple[str, str], str] = {}
    for file in sorted((LOCALE_DIR / "zh").glob("*.po")):
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale="zh", charset="utf-8")
        for message in catalogue:
            if not message.id or message.fuzzy or not message.string:
                continue
            key = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
            chinese = message.string if isinstance(message.string, str) else message.string[0]
            if chinese:
                sentences[key] = chinese
    return sentences
