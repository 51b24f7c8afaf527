"""Untrusted text made plain: what looks alike is made the same, and what cannot be seen is taken out.

Full-width letters and digits, look-alikes of Latin letters from other alphabets, invisible characters, piled-up marks.
The result is for matching; what a reader is shown is the original, cleaned by whoever shows it.
"""

from __future__ import annotations

import re
import unicodedata

# Cyrillic and Greek letters that cannot be told from Latin ones by eye. Greek letters in use as symbols stay.
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТХаеорсухіјѕԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧον",
    "ABEKMHOPCTXaeopcyxijsqwABEZHIKMNOPTYXov",
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "−": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})
_PILE = 30  # marks on one letter, far more than any script has; to put n of them in order takes n * n steps
_TASK_WORDS = re.compile(r"^[ \t]*(?:answer|ans|my answer|答案|答|我的答案)[ \t]*[:：][ \t]*", re.IGNORECASE)


def fold(text: str) -> str:
    """Text in which what looks the same is the same; lines stay lines."""
    text = _normal(text).translate(_LOOKALIKES).translate(_DASHES)
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if character in "\n\t":
            kept.append(character)
        elif category in ("Zs", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"):
            kept.append(character)
    return "".join(kept)


def length_when_folded(text: str) -> int:
    """At most how many characters folding makes of a text: one may stand for eighteen."""
    return len(text) if text.isascii() else len(_normal(text))


def _normal(text: str) -> str:
    if text.isascii():
        return text
    kept, pile = [], 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= _PILE:
            kept.append(character)
    text = _RAISED.sub(lambda raised: "^" + raised[0].translate(_SUPERSCRIPTS), "".join(kept))
    return unicodedata.normalize("NFKC", text)


def unmarked(text: str) -> str:
    """Folded text without Markdown's emphasis, struck-out words, and list signs at the start of lines."""
    text = re.sub(r"~~[^~\n]*~~", " ", text)
    text = re.sub(r"!?\[([^\[\]\n]{0,200})\]\([^()\n]{0,200}\)", r"\1", text)
    text = re.sub(r"(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])|(?<!\d)\*\*+|\*\*+(?![\d(+-])|`+", "", text)
    text = re.sub(r"(?m)^[ \t]*(?:[-+*•·]|#+)[ \t]+", "", text)
    return re.sub(r"(?<![\w*])\*(?=\S)|(?<=[^\s\d*])\*(?![\w*])", "", text)


def without_label(text: str) -> str:
    """Text without an "Answer:" in front."""
    return _TASK_WORDS.sub("", text.strip(), count=1).strip()
