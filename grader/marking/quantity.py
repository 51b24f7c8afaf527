"""Numbers with units in free text: `7 ms`, `0.007 s`, `512 KiB`, `524,288 bytes`, `1.5e3 tok/s`, `约 143 token/秒`.

What was found is told, not judged: every quantity with its unit, whether the text ranges or hedges between values,
and which one the text itself calls its answer.
"""

from __future__ import annotations

import itertools
import re

import msgspec

from grader.marking.folding import fold, unmarked
from grader.marking.units import PLAIN, Unit, read_unit

MOST_QUANTITIES = 200

_GROUPED = r"\d{1,3}(?:[, _]\d{3})+(?:\.\d+)?"
_START = r"(?<![A-Za-z0-9_])(?<!\d[.,])"
_POWER = r"(?:\^|\*\*)[ ]*\(?([+-]?\d{1,3})\)?"
_NUMBER = re.compile(
    rf"{_START}10[ ]*{_POWER}"
    rf"|{_START}([+-]?)(?:(\d+)⁄(\d+)|({_GROUPED})(?![\d])|(\d+),(\d+)(?![\d,])|(\d+\.?\d*|\.\d+))"
    rf"(?:[eE]([+-]?\d{{1,3}})(?![\w])|[ ]*(?:[x×*·]|乘以)[ ]*10[ ]*{_POWER})?"
)
_AMBIGUOUS = re.compile(r"[ ]*(?:[kmgt]b|[kKMGT])(?![A-Za-z0-9])")  # bits or bytes? thousands of what?
_SCALE = re.compile(r"[ ]*(万亿|百万|十亿|亿|万|million\b|billion\b|trillion\b|thousand\b)", re.IGNORECASE)
_SCALES = {
    "万": 4,
    "亿": 8,
    "百万": 6,
    "十亿": 9,
    "万亿": 12,
    "thousand": 3,
    "million": 6,
    "billion": 9,
    "trillion": 12,
}
_ZH_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千]+(?:点[零〇一二三四五六七八九]+)?")
_ZH_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_ZH_TENS = {"十": 10, "百": 100, "千": 1000}
_BEFORE = re.compile(r"每(?:个|一)?(秒|毫秒|token|词元)(?:钟)?[^\d\n]{0,8}$", re.IGNORECASE)
_RANGE = re.compile(r"^[ ]*(?:-|~|to\b|至|到|or\b|或|还是|/[ ]*(?=\d))[ ]*[$]?$", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"\bbetween\b|介于", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:[<>≤≥]|\b(?:less|more|fewer|greater) than\b|\bat (?:least|most)\b|\bover\b|大于|小于|超过|不到)[ ]*$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:answer|result|答案|结果)(?:[ ]+is|是|为)?[ ]*[:=]?[ ]*(?:about|around|约|大约)?[ ]*$", re.IGNORECASE
)
_ABOUT = re.compile(
    r"[ ~≈=约]|about|approximately|approx\.?|around|roughly|circa|ca\.|大约|大概|左右|差不多|答案|是|为", re.IGNORECASE
)
_EQUALS = re.compile(r"(?:=|≈|≃|~|->|→|=>|therefore|so|即|也就是|等于|得|约)[ ]*(?:about|约|大约)?[ ]*$", re.IGNORECASE)


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a text."""

    value: float  # in base units
    number: float  # as it stands
    unit: Unit
    has_unit: bool
    ambiguous: bool  # a unit that can be read in two ways
    start: int
    end: int


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All quantities of a text."""

    text: str  # folded
    quantities: tuple[Quantity, ...]
    ranges: bool  # "7 to 9 ms", "between 7 and 9", "< 7 ms"

    def final(self, among: tuple[Quantity, ...]) -> Quantity | None:
        """The one of several that the text itself gives as its answer: labelled, alone on the first line, or the end
        of a chain of equations; of several lines of working, the end of the whole."""
        for each in among:
            if _LABELLED.search(_before(self.text, each.start)):
                return each
        first = self.text.split("\n", 1)[0]
        for each in among:
            if each.end <= len(first) and not _ABOUT.sub("", first[: each.start] + first[each.end :]).strip(
                " .。!,;()"
            ):
                return each
        last = among[-1]
        # Of lines of working, what the last one comes to: nothing follows it.
        ends = "\n" not in self.text.strip() or not self.text[last.end :].strip(" .。!,;()\n")
        if ends and _EQUALS.search(_before(self.text, last.start)):
            return last
        return None

    def in_range(self, one: Quantity) -> bool:
        """Whether a quantity is an end of a range or one of several that the text leaves open: "7 ms or 8 ms"."""
        at = self.quantities.index(one)
        near = self.quantities[max(0, at - 1) : at + 2]
        return any(_spans(self.text, first, second) for first, second in itertools.pairwise(near))


def read_quantities(text: str) -> Reading:
    """Find the quantities of an answer, untrusted."""
    text = unmarked(fold(text)).strip()
    found: list[Quantity] = []
    at = 0
    while len(found) < MOST_QUANTITIES:
        read = _next(text, at)
        if read is None:
            break
        found.append(read)
        at = max(read.end, at + 1)
    return Reading(text=text, quantities=tuple(found), ranges=_ranges(text, found))


def _next(text: str, at: int) -> Quantity | None:
    latin = _NUMBER.search(text, at)
    chinese = _ZH_NUMBER.search(text, at)
    while chinese is not None:
        unit, end = read_unit(text, chinese.end())  # "一" alone is a word; before a unit of measure it is a number
        if unit is not None and unit.dimension != (0, 0, 0) and (latin is None or chinese.start() < latin.start()):
            number = _chinese_number(chinese[0])
            return _quantity(text, number, chinese.start(), unit, end)
        if latin is not None and chinese.start() > latin.start():
            break
        chinese = _ZH_NUMBER.search(text, chinese.end())
    if latin is None:
        return None
    number, end = _latin_number(latin), latin.end()
    if scale := _SCALE.match(text, end):
        number, end = number * 10.0 ** _SCALES[scale[1].lower()], scale.end()
    unit, after = read_unit(text, end)
    return _quantity(text, number, latin.start(), unit, after if unit is not None else end)


def _quantity(text: str, number: float, start: int, unit: Unit | None, end: int) -> Quantity:
    has_unit = unit is not None
    unit = unit or PLAIN
    before = _BEFORE.search(text[max(0, start - 24) : start])  # "每秒约 143 个 token"
    if before is not None and unit.seconds == 0:
        below, _ = read_unit(before[1], 0)
        if below is not None:
            unit, has_unit = unit.times(below, -1), True
    doubt = _AMBIGUOUS.match(text, end) if not has_unit else None
    return Quantity(
        value=number * unit.factor,
        number=number,
        unit=unit,
        has_unit=has_unit,
        ambiguous=doubt is not None,
        start=start,
        end=doubt.end() if doubt else end,
    )


def _latin_number(found: re.Match[str]) -> float:
    bare_power, sign, above, below, grouped, whole, part, plain, exponent, power = found.groups()
    if bare_power is not None:
        return _ten_to(bare_power)
    if above is not None:
        number = int(above[:20]) / int(below[:20]) if int(below[:20]) else 0.0
    elif grouped is not None:
        number = float(re.sub(r"[, _]", "", grouped)[:40])
    elif whole is not None:  # a decimal comma; three digits after it were a thousand, and are grouped above
        number = float(f"{whole}.{part}"[:40])
    else:
        number = float(plain[:40])
    number *= _ten_to(exponent or power or "0")
    return -number if sign == "-" else number


def _ten_to(power: str) -> float:
    return 10.0 ** max(-99, min(99, int(power)))


def _chinese_number(text: str) -> float:
    whole, _, decimals = text.partition("点")
    total, digit = 0, 0
    for character in whole:
        if character in _ZH_TENS:
            total += (digit or 1) * _ZH_TENS[character]
            digit = 0
        else:
            digit = _ZH_DIGITS[character]
    total += digit
    return float(f"{total}.{''.join(str(_ZH_DIGITS[each]) for each in decimals) or 0}")


def _before(text: str, at: int) -> str:
    """The words in front of a place."""
    return text[max(0, at - 60) : at]


def _ranges(text: str, found: list[Quantity]) -> bool:
    if _BETWEEN_WORDS.search(text):
        return True
    if any(_BOUND.search(_before(text, each.start)) for each in found):
        return True
    return any(_spans(text, one, other) for one, other in itertools.pairwise(found))


def _spans(text: str, one: Quantity, other: Quantity) -> bool:
    return one.value != other.value and _RANGE.match(text[one.end : other.start] or "x") is not None
