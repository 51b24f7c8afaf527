"""Units in English and Chinese: from `ms`, `GB/s`, `字节每 token` to a factor and a dimension.

Bits are not bytes, and 1000 is not 1024: `KB` is 1000 bytes, `KiB` 1024, `Kb` 1000 bits. What is counted (tokens,
requests, layers) has no dimension.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

_DECIMAL = {"": 0, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5}
_ZH_DECIMAL = {"千": 3, "兆": 6, "吉": 9, "太": 12}
_SECONDS = {
    1e-9: "ns nanosecond nanoseconds nsec 纳秒",
    1e-6: "us μs usec microsecond microseconds 微秒",
    1e-3: "ms msec millisecond milliseconds millis 毫秒",
    1.0: "s sec secs second seconds 秒 秒钟",
    60.0: "min mins minute minutes 分钟 分",
    3600.0: "h hr hrs hour hours 小时",
}
_COUNTED = (
    "token tokens tok toks 个token 词元 个词元 request requests req reqs 请求 个请求 parameter parameters param params "
    "参数 个参数 layer layers 层 step steps 步 次 sequence sequences seq seqs 序列 条 条序列 head heads 头 个头 sample "
    "samples item items user users 用户 个 times time x 倍 position positions 位置 个位置 element elements 元素 "
    "word words 词 prompt prompts call calls"
)


class Unit(msgspec.Struct, frozen=True):
    """A factor to base units, and exponents of second, byte and FLOP."""

    factor: float
    seconds: int = 0
    bytes: int = 0
    flops: int = 0

    @property
    def dimension(self) -> tuple[int, int, int]:
        return self.seconds, self.bytes, self.flops

    def times(self, other: Unit, power: int = 1) -> Unit:
        """The product with another unit, or the quotient where `power` is -1."""
        return Unit(
            self.factor * other.factor**power,
            self.seconds + power * other.seconds,
            self.bytes + power * other.bytes,
            self.flops + power * other.flops,
        )


PLAIN = Unit(1.0)


@cache
def _exact() -> dict[str, Unit]:
    """Units as they are written, case and all."""
    units = {name: Unit(factor, seconds=1) for factor, names in _SECONDS.items() for name in names.split()}
    units |= dict.fromkeys(_COUNTED.split(), PLAIN)
    units["%"] = Unit(0.01)
    scales = {prefix: 10.0**power for prefix, power in _DECIMAL.items()}
    scales |= {prefix: 1024.0**power for prefix, power in _BINARY.items()}
    for prefix, scale in scales.items():
        for names, factor in (
            (("B", "byte", "bytes", "Byte", "Bytes", "字节"), 1.0),
            (("b", "bit", "bits", "比特"), 0.125),
        ):
            units |= {prefix + name: Unit(scale * factor, bytes=1) for name in names}
        for name in ("FLOP", "FLOPs", "flop", "flops", "Flops"):
            units[prefix + name] = Unit(scale, flops=1)
        units[prefix + "FLOPS"] = Unit(scale, flops=1, seconds=-1)
    for prefix, power in _ZH_DECIMAL.items():
        units[prefix + "字节"] = Unit(10.0**power, bytes=1)
        units[prefix + "比特"] = Unit(10.0**power / 8, bytes=1)
    for word, power in (("kilo", 3), ("mega", 6), ("giga", 9), ("tera", 12)):
        for name, factor in (("byte", 1.0), ("bytes", 1.0), ("bit", 0.125), ("bits", 0.125)):
            units[word + name] = Unit(10.0**power * factor, bytes=1)
    for word, power in (("kibi", 1), ("mebi", 2), ("gibi", 3), ("tebi", 4)):
        units |= {word + name: Unit(1024.0**power, bytes=1) for name in ("byte", "bytes")}
    del units["kb"]  # in small letters nobody can tell which was meant
    units |= {"浮点运算": Unit(1.0, flops=1), "次浮点运算": Unit(1.0, flops=1)}
    return units


@cache
def _loose() -> dict[str, Unit]:
    """Units whatever their case, where that is not ambiguous: MS is ms, but MB and Mb stay apart."""
    found: dict[str, Unit | None] = {}
    for name, unit in _exact().items():
        key = name.casefold()
        found[key] = unit if found.get(key, unit) == unit else None
    return {name: unit for name, unit in found.items() if unit is not None}


@cache
def _names() -> re.Pattern[str]:
    names = sorted(_exact().keys() | _loose().keys(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)), re.IGNORECASE)


_SPACE = re.compile(r"[ ]*")
_OVER = re.compile(
    r"[ ]*(?:/|÷|\bper\b|\ba\b|每(?:个|一个?)?)[ ]*(?:(?:output|generated|decoded|new|each)[ ]+|个)?", re.IGNORECASE
)
_BETWEEN = re.compile(r"[ ]*[·*][ ]*|[ ]+(?:of[ ]+)?")


def read_unit(text: str, at: int) -> tuple[Unit | None, int]:
    """The unit that begins at a place in folded text.

    Returns:
        The unit and where it ends; None where none begins there.
    """
    start = at
    at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
    first, end = _atom(text, at)
    if first is None:
        over = _OVER.match(text, at)  # "143 /s", "143 per second"
        if over is None or over.end() == at:
            return None, start
        below, end = _atom(text, over.end())
        return (None, start) if below is None else (PLAIN.times(below, -1), end)
    unit = first
    while True:
        over = _OVER.match(text, end)
        if over is not None and over[0].strip():
            below, after = _atom(text, over.end())
            if below is None:
                return unit, end
            unit, end = unit.times(below, -1), after
            continue
        between = _BETWEEN.match(text, end)
        if between is not None and between[0]:
            more, after = _atom(text, between.end())
            if more is not None and more == PLAIN:  # "512 KiB of tokens", "GB token": a word that counts
                end = after
                continue
        if unit == PLAIN or text[end : end + 1] == "数":
            more, after = _atom(text, end)  # "个token"
            if more is not None:
                unit, end = unit.times(more), after
                continue
        return unit, end


def _atom(text: str, at: int) -> tuple[Unit | None, int]:
    found = _names().match(text, at)
    while found is not None:
        name = found[0]
        after = text[found.end() : found.end() + 1]
        whole = not (
            name[-1].isascii() and name[-1].isalpha() and after.isascii() and (after.isalpha() or after == "_")
        )
        unit = _exact().get(name) or _loose().get(name.casefold())
        if unit is not None and whole:
            return unit, found.end()
        found = _names().match(text[: found.end() - 1], at) if len(name) > 1 else None
        if found is not None and found.end() == found.start():
            return None, at
    return None, at
