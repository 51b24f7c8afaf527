"""Why two values are not equal: the record and its sentences, in the words of the contracts.

The sentences never hold a wanted value, so that a check's message can be shown where hidden inputs must not be; the
snippets do. This module must not know the rules of equality.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import msgspec

from grader.i18n import say
from grader.model import Text
from grader.values.kinds import Kind, as_scalar, kind_of
from grader.values.show import describe, snippet

DifferenceKind = Literal["type", "length", "keys", "shape", "dtype", "value", "nan"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Why `got` is not equal to `want`."""

    kind: DifferenceKind
    path: str  # where in the value: "" for the whole of it, "[0]", "['loss']"
    text: Text
    expected: str  # snippets around the place that matters; they show wanted values
    got: str
    index: tuple[int, ...] | None = None  # of the largest error, in a tensor or array
    max_error: float | None = None  # largest absolute error; inf where infinities do not match
    wrong_count: int = 0  # elements that differ
    total_count: int = 0


def wrong_type(got: Any, want: Any, path: str) -> Difference:
    """The value is of another kind than the wanted one."""
    place, kinds = place_of(path), (kind_of(got), kind_of(want))
    if kinds == ("array", "tensor"):
        text = say("{place} is a numpy array; a torch tensor is asked for, and no array passes for one.", place=place)
    elif kinds == ("tensor", "array"):
        text = say("{place} is a torch tensor; a numpy array is asked for.", place=place)
    elif kinds == ("bool", "number"):
        text = say("{place} is a bool; a number is asked for, and a bool does not pass for one.", place=place)
    elif kinds[0] == "none":
        text = say(
            "{place} is None; {want} is asked for. Is a return missing?", place=place, want=_asked(kinds[1], want)
        )
    else:
        text = say(
            "{place} is {got}; {want} is asked for.", place=place, got=describe(got), want=_asked(kinds[1], want)
        )
    return build("type", path, text, got, want)


def _asked(kind: Kind, want: Any) -> Text:
    if kind == "tensor":
        return say("a torch tensor")
    if kind == "array":
        return say("a numpy array")
    if kind == "number":
        return say("a number")
    if kind == "sequence":
        return say("a list or tuple")
    if kind == "mapping":
        return say("a dict")
    name = describe(want) if kind in ("none", "handle", "other", "bool") else "str" if kind == "text" else "bytes"
    return Text(en=name, zh=name)


def wrong_value(got: Any, want: Any, path: str, error: float | None = None) -> Difference:
    """A scalar or text has the wrong value; `error` is the absolute error of a number."""
    if error is None:
        text = say("{place} has the right type and the wrong value.", place=place_of(path))
    else:
        text = say("{place} is a wrong number: off by {error}.", place=place_of(path), error=f"{error:.3g}")
    return build("value", path, text, got, want, max_error=error, wrong_count=1, total_count=1)


def wrong_nan(got: Any, want: Any, path: str, *, index: tuple[int, ...] | None, count: int, total: int) -> Difference:
    """NaN stands on one side only, first at `index`, in `count` of `total` values."""
    element = as_scalar(got) if index is None else as_scalar(got[index])
    if element is None or is_nan(element):
        text = say(
            "{place} is NaN where a number is due, in {count} of {total} values.",
            place=place_of(path),
            count=count,
            total=total,
        )
    else:
        text = say(
            "{place} is a number where NaN is due, in {count} of {total} values.",
            place=place_of(path),
            count=count,
            total=total,
        )
    return build("nan", path, text, got, want, index=index, wrong_count=count, total_count=total)


def build(
    kind: DifferenceKind,
    path: str,
    text: Text,
    got: Any,
    want: Any,
    *,
    index: tuple[int, ...] | None = None,
    max_error: float | None = None,
    wrong_count: int = 0,
    total_count: int = 0,
) -> Difference:
    """Make the record, with snippets around the place that matters."""
    structural = kind in ("type", "shape", "dtype")
    return Difference(
        kind=kind,
        path=path,
        text=text,
        expected=describe(want) if structural else snippet(want, index=index),
        got=describe(got) if structural else snippet(got, index=index),
        index=index,
        max_error=max_error,
        wrong_count=wrong_count,
        total_count=total_count,
    )


def place_of(path: str) -> str:
    """How a place in the result is written."""
    return f"result{path}"


def is_nan(number: object) -> bool:
    """Whether this is a float NaN."""
    return isinstance(number, float) and math.isnan(number)
