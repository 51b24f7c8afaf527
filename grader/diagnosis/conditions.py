"""What the calls that go wrong have in common and the others have not: a mask, a dtype, a length.

Facts about the recorded calls only. Where wrong and right calls cannot be parted by one simple trait, nothing is said.
This module must not know what went wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.diagnosis.sightings import Sighting
from grader.i18n import say
from grader.model import Call, Text
from grader.values import as_floats, as_scalar, dtype_of, element_count, is_numeric_block, kind_of, shape_of, snippet

_LEAST_RIGHT = 2  # right calls that must lack the trait, or it says nothing
_LARGE = 100.0
_SCANNED = 100_000  # elements of an array that are looked into

Trait = tuple[str, ...]


def condition(wrong: Sequence[Sighting], right: Sequence[Sighting]) -> Text | None:
    """Say on which calls alone it goes wrong.

    Args:
        wrong: the wrong calls of one function.
        right: its right calls.

    Returns:
        One sentence, or None where no simple trait parts wrong calls from right ones.
    """
    forms = {(each.call.target, each.call.name) for each in wrong}
    if len(forms) != 1:
        return None
    alike = [each for each in right if (each.call.target, each.call.name) in forms]
    if len(alike) < _LEAST_RIGHT:
        return None
    traits = _parting([each.call for each in wrong], [each.call for each in alike])
    if traits is None:
        return None
    return say(
        "Of {total} such calls, the wrong ones are exactly those {trait}: {count}.",
        total=len(wrong) + len(alike),
        trait=traits,
        count=len(wrong),
    )


def form(wrong: Sequence[Sighting], right: Sequence[Sighting]) -> Text | None:
    """Say that one kind of call alone goes wrong: one method, one function of support.py.

    Returns:
        One sentence, or None where other calls of the kind are right or calls of other kinds are wrong.
    """
    forms = {(each.call.target, each.call.name) for each in wrong}
    mixed = any((each.call.target, each.call.name) in forms for each in right)
    if len(forms) != 1 or mixed or len(right) < _LEAST_RIGHT or wrong[0].call.target == "function":
        return None
    name = _name(wrong[0].call)
    return say("Only the calls of {name} are wrong; the {count} others are right.", name=name, count=len(right))


def _name(call: Call) -> str:
    return f"support.{call.name}" if call.target == "support" else f".{call.name}()" if call.name else "forward"


def _parting(wrong: Sequence[Call], right: Sequence[Call]) -> Text | None:
    wrongs, rights = [dict(_traits(call)) for call in wrong], [dict(_traits(call)) for call in right]
    for trait, text in wrongs[0].items():
        if all(trait in each for each in wrongs) and not any(trait in each for each in rights):
            return text
    return _threshold(wrong, right)


def _traits(call: Call) -> Iterator[tuple[Trait, Text]]:
    """Traits of one call, the most telling first."""
    given = [*call.arguments, *call.keywords.values()]
    arrays = [value for value in given if is_numeric_block(value)]
    masks = [value for value in arrays if dtype_of(value) == "bool"]
    floats = [value for value in arrays if dtype_of(value) != "bool"]
    if any(_has_empty_row(mask) for mask in masks):
        yield ("blocked row",), say("with a mask that leaves some row nothing to attend to")
    yield (("mask",), say("with a bool mask")) if masks else (("no mask",), say("without a bool mask"))
    for name, value in call.keywords.items():
        if value is None or as_scalar(value) is not None or (kind_of(value) == "text" and len(value) <= 20):
            setting = f"{name}={snippet(value, 40)}"
            yield ("keyword", setting), say("with {setting}", setting=setting)
    for dtype in dict.fromkeys(dtype_of(value) for value in floats):
        yield ("dtype", dtype), say("with {dtype} values", dtype=dtype)
    if any(kind_of(value) == "tensor" and not value.is_contiguous() for value in floats):
        yield ("strided",), say("with a tensor that is not contiguous")
    if any(element_count(value) == 0 for value in given if kind_of(value) in ("tensor", "array", "sequence", "text")):
        yield ("empty",), say("with something empty among the arguments")
    if floats:
        rank = len(shape_of(floats[0]))
        yield ("rank", str(rank)), say("with a first tensor of {rank} dimensions", rank=rank)
    if any(_largest(value) >= _LARGE for value in floats):
        yield ("large",), say("with values of 100 and more")


def _threshold(wrong: Sequence[Call], right: Sequence[Call]) -> Text | None:
    lengths, others = [_lengths(call) for call in wrong], [_lengths(call) for call in right]
    for axis in lengths[0]:
        if all(axis in each for each in lengths) and all(axis in each for each in others):
            low, high = min(each[axis] for each in lengths), max(each[axis] for each in others)
            if low > high:
                return say("whose first tensor is longer than {length} along axis {axis}", length=high, axis=axis)
    numbers, plain = [_numbers(call) for call in wrong], [_numbers(call) for call in right]
    for name in numbers[0]:
        if all(name in each for each in numbers) and all(name in each for each in plain):
            least, most = min(each[name] for each in numbers), max(each[name] for each in plain)
            if least > most:
                return say("with {name} above {number}", name=name, number=f"{most:g}")
            least, most = min(each[name] for each in plain), max(each[name] for each in numbers)
            if least > most:
                return say("with {name} below {number}", name=name, number=f"{least:g}")
    return None


def _lengths(call: Call) -> dict[int, int]:
    first = next((value for value in call.arguments if is_numeric_block(value)), None)
    shape = () if first is None else shape_of(first)
    return {axis: shape[axis] for axis in (-2, -1, -3, -4) if -axis <= len(shape)}


def _numbers(call: Call) -> dict[str, float]:
    named: dict[str, Any] = {f"args[{at}]": value for at, value in enumerate(call.arguments)}
    scalars = {name: as_scalar(value) for name, value in (named | call.keywords).items()}
    return {name: float(value) for name, value in scalars.items() if value is not None and not isinstance(value, bool)}


def _has_empty_row(mask: Any) -> bool:
    if not shape_of(mask) or not 0 < element_count(mask) <= _SCANNED:
        return False
    return bool((as_floats(mask).sum(axis=-1) == 0).any())


def _largest(value: Any) -> float:
    if not 0 < element_count(value) <= _SCANNED or dtype_of(value).startswith("complex"):
        return 0.0
    return float(abs(as_floats(value)).max())
