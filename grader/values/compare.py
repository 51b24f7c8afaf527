"""Equality as the contracts define it, with the reason where two values are not equal.

A numpy or 0-d torch scalar passes for a number, list and tuple pass for each other, any mapping for a dict; never an
array for a tensor; a bool is no number. Type, shape, dtype and values are looked at in this order.
"""

from __future__ import annotations

import math
from typing import Any

from grader.i18n import say
from grader.model import Text
from grader.values.kinds import DEPTH_LIMIT, as_array, as_scalar, dtype_of, kind_of, shape_of
from grader.values.reasons import Difference, build, is_nan, place_of, wrong_nan, wrong_type, wrong_value
from grader.values.show import shape_text, snippet
from grader.values.tolerance import HALF_PRECISION, Tolerance, tolerance_of

# What is said first where several elements of a list differ: structure before shape before dtype before values.
_RANK: dict[str, int] = {"type": 0, "length": 0, "keys": 0, "shape": 1, "dtype": 2, "nan": 3, "value": 3}

# A float for a wanted whole number may be off by its rounding alone: a timestamp one second off is within 1e-7.
_ROUNDING = Tolerance(1e-9, 1e-12)

_UNSAID = Difference(kind="value", path="", text=Text("", ""), expected="", got="")


def difference(
    got: Any, want: Any, *, tolerance: Tolerance | None = None, half_slack: float = 1.0
) -> Difference | None:
    """Compare a value with the wanted one by the contract's rules.

    Args:
        got: what the submission gave.
        want: what the reference gave. NaN is right only where `want` has NaN; infinities must match exactly.
        tolerance: used for all inexact numbers; the dtype's own where not given.
        half_slack: widens the tolerance of float16 and bfloat16 by this factor.

    Returns:
        The most basic difference, or None where the two are equal.
    """
    return _Comparison(tolerance, half_slack).compare(got, want, "", 0)


def alike(a: Any, b: Any, *, half_slack: float = 1.0) -> bool:
    """Whether two values are equal by the contract's rules, whichever of them is the wanted one.

    The rules lean to one side (a scalar tensor passes for a number): either side may be the lenient one.
    """
    comparison = _Comparison(None, half_slack, terse=True)
    return comparison.compare(a, b, "", 0) is None or comparison.compare(b, a, "", 0) is None


class _Comparison:
    def __init__(self, tolerance: Tolerance | None, half_slack: float, *, terse: bool = False) -> None:
        self._tolerance = tolerance
        self._half_slack = half_slack
        self._terse = terse  # nobody reads what differs

    def compare(self, got: Any, want: Any, path: str, depth: int) -> Difference | None:
        kind = kind_of(want)
        if kind in ("bool", "number"):
            return self._scalars(got, want, path)
        if kind_of(got) != kind or kind == "other" or depth > DEPTH_LIMIT:
            return wrong_type(got, want, path)
        if kind in ("tensor", "array"):
            return self._arrays(got, want, path)
        if kind == "sequence":
            return self._sequences(got, want, path, depth)
        if kind == "mapping":
            return self._mappings(got, want, path, depth)
        if kind in ("text", "bytes"):
            return None if got == want else wrong_value(got, want, path)
        return None  # None is None; an object in the worker shows nothing by itself

    def tolerance_for(self, dtype: str) -> Tolerance:
        own = tolerance_of(dtype)
        if own.absolute == 0.0:
            return own
        chosen = self._tolerance or own
        return chosen.times(self._half_slack) if dtype in HALF_PRECISION else chosen

    def _scalars(self, got: Any, want: Any, path: str) -> Difference | None:
        plain, wanted = as_scalar(got), as_scalar(want)
        if plain is None or wanted is None or isinstance(plain, bool) is not isinstance(wanted, bool):
            return wrong_type(got, want, path)
        if isinstance(wanted, int) and isinstance(plain, float) and math.isfinite(plain):
            equal = abs(plain - wanted) <= _ROUNDING.absolute + _ROUNDING.relative * abs(_float(wanted))
        elif isinstance(wanted, int) or not math.isfinite(wanted):
            equal = plain == wanted or (is_nan(plain) and is_nan(wanted))
        else:
            given, asked = dtype_of(got), dtype_of(want)
            if given in HALF_PRECISION and asked not in HALF_PRECISION:
                given = "float32"  # nobody chooses how exact an answer must be by how few digits it has
            dtype = max(given, asked, key=lambda name: self.tolerance_for(name).absolute)
            allowed = self.tolerance_for(dtype)
            equal = abs(_float(plain) - wanted) <= allowed.absolute + allowed.relative * abs(wanted)
        if equal:
            return None
        if is_nan(plain) or is_nan(wanted):
            return wrong_nan(got, want, path, index=None, count=1, total=1)
        error = abs(_float(plain) - _float(wanted))
        return wrong_value(got, want, path, error=error)

    def _sequences(self, got: Any, want: Any, path: str, depth: int) -> Difference | None:
        if len(got) != len(want):
            text = say(
                "{place} has {got} items; there should be {want}.", place=place_of(path), got=len(got), want=len(want)
            )
            return build("length", path, text, got, want)
        return self._first(((got[at], want[at], f"{path}[{at}]") for at in range(len(want))), depth)

    def _mappings(self, got: Any, want: Any, path: str, depth: int) -> Difference | None:
        missing = [key for key in want if key not in got]
        extra = [key for key in got if key not in want]
        if missing or extra:
            place = place_of(path)
            if missing:
                text = say("{place} lacks the key {key}.", place=place, key=snippet(missing[0], 60))
            else:
                text = say("{place} has a key that was not asked for: {key}.", place=place, key=snippet(extra[0], 60))
            return build("keys", path, text, got, want)
        return self._first(((got[key], want[key], f"{path}[{snippet(key, 60)}]") for key in want), depth)

    def _first(self, pairs: Any, depth: int) -> Difference | None:
        best: Difference | None = None
        for got, want, path in pairs:
            found = self.compare(got, want, path, depth + 1)
            if found is not None and (best is None or _RANK[found.kind] < _RANK[best.kind]):
                best = found
                if _RANK[best.kind] == 0:
                    break
        return best

    def _arrays(self, got: Any, want: Any, path: str) -> Difference | None:
        if self._terse:
            same = got.shape == want.shape and dtype_of(got) == dtype_of(want)
            return self._elements(got, want, path) if same else _UNSAID
        if shape_of(got) != shape_of(want):
            text = say(
                "{place} has shape {got}; it should have shape {want}.",
                place=place_of(path),
                got=shape_text(shape_of(got)),
                want=shape_text(shape_of(want)),
            )
            return build("shape", path, text, got, want)
        if dtype_of(got) != dtype_of(want):
            text = say(
                "{place} has dtype {got}; it should have dtype {want}.",
                place=place_of(path),
                got=dtype_of(got),
                want=dtype_of(want),
            )
            return build("dtype", path, text, got, want)
        return self._elements(got, want, path)

    def _elements(self, got: Any, want: Any, path: str) -> Difference | None:
        import numpy

        have, wanted = as_array(got), as_array(want)
        if have.size == 0:
            return None
        if have.dtype.kind not in "fc":
            wrong = have != wanted
            return self._describe(got, want, path, wrong, have, wanted) if wrong.any() else None
        allowed = self.tolerance_for(dtype_of(want))
        # Most that differ do so from the first number on.
        if self._terse and have.dtype.kind == "f" and _far(have.item(0), wanted.item(0), allowed):
            return _UNSAID
        with numpy.errstate(all="ignore"):
            error = numpy.abs(have - wanted)
            size = numpy.abs(wanted)
            right = error <= allowed.absolute + allowed.relative * size
            finite = numpy.isfinite(size)
            if right.all() and finite.all():
                return None
            right &= finite  # an infinite tolerance would let any number pass for an infinity
            right |= have == wanted
            right |= numpy.isnan(have) & numpy.isnan(wanted)
        return None if right.all() else self._describe(got, want, path, ~right, have, wanted)

    def _describe(self, got: Any, want: Any, path: str, wrong: Any, have: Any, wanted: Any) -> Difference:
        import numpy

        if self._terse:
            return _UNSAID
        count, total = int(wrong.sum()), int(wrong.size)
        if have.dtype.kind in "fc":
            unmatched = wrong & (numpy.isnan(have) | numpy.isnan(wanted))
            if unmatched.any():
                index = tuple(int(at) for at in numpy.unravel_index(int(unmatched.argmax()), unmatched.shape))
                return wrong_nan(got, want, path, index=index, count=int(unmatched.sum()), total=total)
        with numpy.errstate(all="ignore"):
            wide = "complex128" if have.dtype.kind == "c" else "float64"
            error = numpy.abs(have.astype(wide) - wanted.astype(wide))
        error = numpy.where(wrong, numpy.where(numpy.isnan(error), numpy.inf, error), -1.0)
        index = tuple(int(at) for at in numpy.unravel_index(int(error.argmax()), error.shape))
        largest = float(error[index])
        text = say(
            "{place} is wrong in {count} of {total} values; the largest error is {error}, at index {index}.",
            place=place_of(path),
            count=count,
            total=total,
            error=f"{largest:.3g}",
            index=shape_text(index),
        )
        return build(
            "value", path, text, got, want, index=index, max_error=largest, wrong_count=count, total_count=total
        )


def _far(number: float, wanted: float, allowed: Tolerance) -> bool:
    """Whether two numbers are apart by so much more than is allowed that no rounding explains it."""
    error = abs(number - wanted)
    return math.isfinite(error) and error > 2 * (allowed.absolute + allowed.relative * abs(wanted))


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf
