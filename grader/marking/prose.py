"""Whether a text is prose at all, and on the subject: lists of keywords, the question given back, another language.

Shares of function words and lengths of items, in English and Chinese together. No dictionary and no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.marking.folding import fold

_WORD = re.compile(r"[a-zà-öø-ÿ]+(?:'[a-z]+)?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")
_ITEMS = re.compile(r"[,;/|、，；·\n.。:]|\band\b|\bor\b|和|与|及|或|\s{2,}|->|→")
_CHARACTERS_PER_WORD = 1.6  # of Chinese
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        a an the this that these those it its they them their he she we us our you your i my one each every all any both
        some no not is are was were be been being am do does did doing done has have had having can could will would
        shall should may might must of to in on at by for from with without into onto over under between through during
        per as than then so because since if when while where which who whose what how why and or but nor yet only just
        also too very more most less least much many few such same other another again once still even up down out off
        about after before until there here n't don't doesn't isn't aren't can't won't didn't it's that's means needs
        goes gets makes takes gives uses keeps stays becomes depends rather instead however therefore thus hence whereas
        although though first second next last new old own whole within across against like not never always need make
        take get go use
        """,
    )
)
_FUNCTION_CHARACTERS = frozenset(
    "的了是在要会因为所以而把被就都也每与和对从由这那它他们我你不没有能可需才只到给让使之其时后前里中上下来去做说再又还并且但如果等将"
    "于得着过地则即若各另该此些么吗呢吧啊很更最太多少大小一个次每次越"
)
_UNKNOWN = re.compile(
    r"i (?:do not|don'?t|dont) know(?: this| yet| it)?|no idea|not sure|idk|todo|tbd|n/?a|none|nil|pass"
    r"|skip(?:ped)?|不知道|不会|不清楚|没学过|略|跳过|待补|暂无|无"
)
_UNKNOWN_CHARACTERS = 60
_SIGNS = " \t\n.。!?,;:~-_*()[]<>…'\"（）"


def says_nothing(text: str) -> bool:
    """Whether there is no answer: nothing, signs only, or "I don't know"."""
    text = fold(text).casefold()
    if not any(each.isalnum() for each in text):
        return True
    return len(text) <= _UNKNOWN_CHARACTERS and _UNKNOWN.fullmatch(text.strip(_SIGNS)) is not None


def share_of_function_words(text: str) -> float:
    """The share of words that carry grammar and not matter; about 0.4 in prose, near 0 in a list of terms."""
    text = fold(text).casefold()
    words = _WORD.findall(text)
    characters = _CHINESE.findall(text)
    length = len(words) + len(characters) / _CHARACTERS_PER_WORD
    if not length:
        return 0.0
    own = sum(word in _FUNCTION_WORDS for word in words)
    own_characters = sum(each in _FUNCTION_CHARACTERS for each in characters)
    return (own + own_characters / _CHARACTERS_PER_WORD) / length


def length_in_words(text: str) -> float:
    """Words, with Chinese characters counted at their usual rate."""
    text = fold(text).casefold()
    return len(_WORD.findall(text)) + len(_CHINESE.findall(text)) / _CHARACTERS_PER_WORD


def is_list_of_terms(text: str) -> bool:
    """Whether a text strings terms together instead of saying something of them."""
    plain = fold(text).casefold()
    items = [each for each in (piece.strip() for piece in _ITEMS.split(plain)) if each]
    words = length_in_words(plain)
    if words < 5:
        return False
    share = share_of_function_words(plain)
    short = sum(length_in_words(each) <= 3 for each in items)
    listed = len(items) >= 5 and short >= 0.75 * len(items)
    return share < 0.08 or (listed and share < 0.3) or (listed and short == len(items) and len(items) >= 8)


def is_bare_list(text: str) -> bool:
    """Whether a text is terms and nothing else, beyond doubt."""
    items = [each for each in (piece.strip() for piece in _ITEMS.split(fold(text).casefold())) if each]
    lengths = [length_in_words(each) for each in items]
    return (
        len(items) >= 6
        and sum(each <= 3.8 for each in lengths) >= 0.9 * len(items)
        and sum(lengths) <= 2.4 * len(items)
    )


def is_other_language(text: str) -> bool:
    """Whether a text is in neither English nor Chinese."""
    plain = fold(text).casefold()
    letters = sum(each.isalpha() for each in plain)
    if not letters:
        return False
    if len(_OTHER_SCRIPT.findall(plain)) > 0.15 * letters:
        return True
    words = _WORD.findall(plain)
    latin = sum(map(len, words))
    english = sum(word in _FUNCTION_WORDS for word in words)
    return latin > 0.8 * letters and len(words) >= 8 and english < 0.12 * len(words) and not is_bare_list(plain)


def share_taken_from(text: str, sources: Iterable[str]) -> float:
    """How much of a text stands in one of the sources: the largest share of its runs of five words or characters."""
    runs = _runs(text)
    if not runs:
        return 0.0
    return max((len(runs & _runs(source)) / len(runs) for source in sources), default=0.0)


def carries_matter(word: str) -> bool:
    """Whether a word or a term of several says something of a subject, and is not grammar."""
    words = _WORD.findall(word.casefold())
    characters = _CHINESE.findall(word)
    if characters:
        return len(characters) > 1 and any(each not in _FUNCTION_CHARACTERS for each in characters)
    return len(word) > 2 and any(each not in _FUNCTION_WORDS and len(each) > 2 for each in words)


def says_no_more_than(text: str, sources: Iterable[str]) -> bool:
    """Whether all words that carry matter stand in one of the sources: the question, said over again."""
    own = _matter(text)
    return any(len(own - _matter(source)) <= 0.12 * len(own) for source in sources)


def _matter(text: str) -> frozenset[str]:
    units = re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]", fold(text).casefold())
    return frozenset(unit for unit in units if unit not in _FUNCTION_WORDS and unit not in _FUNCTION_CHARACTERS)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    units = re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]", fold(text).casefold())
    size = min(5, len(units))
    return frozenset(tuple(units[at : at + size]) for at in range(len(units) - size + 1)) if size >= 3 else frozenset()
