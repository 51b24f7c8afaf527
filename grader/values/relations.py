"""Simple relations between a wrong tensor and the right one: a constant factor, transposed, shifted, NaN where.

A relation describes what can be seen; it names no cause. Each is tested with the dtype's tolerance on every element,
and only where it could have failed: a factor of one zero, or a shift of a constant, is no relation. This module must
not know why anybody asks.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from grader.values.kinds import as_floats, dtype_of, is_numeric_block
from grader.values.tolerance import Tolerance, tolerance_of

_LARGEST = 200_000  # elements; past that only the cheap relations are tried
_LONGEST_AXIS = 64  # for permutations, which compare all pairs of slices
_LEAST = 3  # elements a relation must hold on to mean anything


class RelationKind(enum.StrEnum):
    """The relations, strongest statement first."""

    NAN = "nan"  # NaN in every element
    NAN_IN_ZERO_ROWS = "nan_in_zero_rows"  # NaN exactly in the rows that should be all zero
    NAN_IN_ROWS = "nan_in_rows"  # whole rows of NaN, the others right
    ZEROS = "zeros"
    EQUALS_INPUT = "equals_input"
    INVERTED = "inverted"  # True and False exchanged
    NEGATED = "negated"
    RATIO = "ratio"  # one constant factor
    TRANSPOSED = "transposed"  # two axes swapped
    SHIFTED = "shifted"  # off by one position along an axis
    PERMUTED = "permuted"  # the same slices along an axis, in another order
    OFFSET = "offset"  # one constant added
    ROW_RATIO = "row_ratio"  # each row (last axis) has a factor of its own
    SUMS_ON_OTHER_AXIS = "sums_on_other_axis"  # sums to 1 along another axis than the last
    ROW_SUMS = "row_sums"  # rows should sum to 1 and do not
    CONSTANT = "constant"  # one and the same value everywhere


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """One relation that holds between `got` and `want`."""

    kind: RelationKind
    number: float | None = None  # the factor of RATIO, the constant of OFFSET and CONSTANT, the offset of SHIFTED
    axes: tuple[int, ...] = ()  # counted from the end, as negative numbers, so that they mean the same in any rank
    input: str = ""  # EQUALS_INPUT: the argument's name
    low: float | None = None  # ROW_SUMS: least and greatest sum
    high: float | None = None


def relations(got: Any, want: Any, inputs: Mapping[str, Any] | None = None) -> tuple[Relation, ...]:
    """Find the relations that hold between a wrong tensor or array and the right one.

    Args:
        got: the wrong tensor or array; one that is wrong in its dtype alone has no relations.
        want: the right one; anything but tensors or arrays has no relations.
        inputs: the call's arguments by name; those that are tensors or arrays are compared with `got`.

    Returns:
        All that hold, strongest statement first.
    """
    if not (_is_real_block(got) and _is_real_block(want)):
        return ()
    have, wanted = as_floats(got), as_floats(want)
    allowed = max((tolerance_of(dtype_of(each)) for each in (got, want)), key=lambda each: each.absolute)
    masks = dtype_of(got) == dtype_of(want) == "bool" and have.shape == wanted.shape and have.size >= _LEAST
    if masks and (have != wanted).all():
        return (Relation(kind=RelationKind.INVERTED),)
    found = list(_Pair(have, wanted, allowed).all(inputs or {}))
    order = list(RelationKind)
    return tuple(sorted(found, key=lambda relation: order.index(relation.kind)))


def recognise(number: float) -> str:
    """Write a factor as the simple number that it is, where it is one: "2.236068 = √5", "0.2 = 1/5", "-1", "1.37".

    Only whole numbers up to 4096, their square roots and the inverses of both are recognised, to six digits.
    """
    plain = f"{number:.7g}"
    size = abs(number)
    if not math.isfinite(number) or size == 0.0:
        return plain
    sign = "-" if number < 0 else ""
    for value, form in ((size, "{}"), (1.0 / size, "1/{}")):
        if value < 1.0 - 1e-6 or value > 4096.5:
            continue
        whole, squared = round(value), round(value * value)
        if abs(value - whole) <= 1e-6 * value:
            name = sign + form.format(whole)
            return name if name == plain else f"{plain} = {name}"
        if squared <= 4096 and abs(value - math.sqrt(squared)) <= 1e-6 * value:
            return f"{plain} = {sign}{form.format(f'√{squared}')}"
    return plain


def _is_real_block(value: Any) -> bool:
    return is_numeric_block(value) and not dtype_of(value).startswith("complex")


class _Pair:
    def __init__(self, got: Any, want: Any, allowed: Tolerance) -> None:
        self.got = got
        self.want = want
        self.allowed = allowed
        self.comparable = got.shape == want.shape and got.size >= _LEAST

    def all(self, inputs: Mapping[str, Any]) -> Iterator[Relation]:
        import numpy

        if self.got.size < _LEAST:
            return
        with numpy.errstate(all="ignore"):
            if numpy.isnan(self.got).any():
                yield from self._nans()
                return
            if self._equal(self.got, self.want):
                return  # wrong in type or dtype alone
            yield from self._inputs(inputs)
            if self.got.size <= _LARGEST and self.want.size == self.got.size:
                yield from self._transposed()
            if not self.comparable or not (numpy.isfinite(self.got).all() and numpy.isfinite(self.want).all()):
                return
            yield from self._scaled()
            yield from self._sums()
            if self.got.size <= _LARGEST:
                yield from self._shifted()
                yield from self._permuted()

    def _equal(self, got: Any, want: Any) -> bool:
        if got.shape != want.shape:
            return False
        close = abs(got - want) <= self.allowed.absolute + self.allowed.relative * abs(want)
        return bool(close.all())

    def _nans(self) -> Iterator[Relation]:
        import numpy

        nan = numpy.isnan(self.got)
        if nan.all():
            yield Relation(kind=RelationKind.NAN)
            return
        if not self.comparable or self.got.ndim < 1:
            return
        rows = nan.all(axis=-1)
        if not rows.any() or (nan.any(axis=-1) != rows).any() or not self._equal(self.got[~rows], self.want[~rows]):
            return
        zero = (self.want == 0).all(axis=-1)
        kind = RelationKind.NAN_IN_ZERO_ROWS if (zero == rows).all() else RelationKind.NAN_IN_ROWS
        yield Relation(kind=kind)

    def _inputs(self, inputs: Mapping[str, Any]) -> Iterator[Relation]:
        for name, value in inputs.items():
            if _is_real_block(value) and tuple(value.shape) == self.got.shape and self.got.size <= _LARGEST:
                given = as_floats(value)
                if (given != given.flat[0]).any() and self._equal(self.got, given):
                    yield Relation(kind=RelationKind.EQUALS_INPUT, input=name)

    def _transposed(self) -> Iterator[Relation]:
        rank = self.got.ndim
        if rank != self.want.ndim:
            return
        for first in range(rank):
            for second in range(first + 1, rank):
                if self._equal(self.got, self.want.swapaxes(first, second)):
                    yield Relation(kind=RelationKind.TRANSPOSED, axes=(first - rank, second - rank))

    def _scaled(self) -> Iterator[Relation]:
        got, want = self.got, self.want
        if not want.any():
            return
        if not got.any():
            yield Relation(kind=RelationKind.ZEROS)
            return
        if (got == got.flat[0]).all():
            yield Relation(kind=RelationKind.CONSTANT, number=float(got.flat[0]))
            return
        factor = float((got * want).sum() / (want * want).sum())
        varied = bool((abs(want) > self.allowed.absolute).sum() >= _LEAST)
        if varied and factor and self._equal(got / factor, want) and self._equal(got, want * factor):
            kind = RelationKind.NEGATED if self._equal(got, -want) else RelationKind.RATIO
            yield Relation(kind=kind, number=factor)
            return
        offset = float((got - want).mean())
        if self._equal(got, want + offset) and abs(offset) > self.allowed.absolute:
            yield Relation(kind=RelationKind.OFFSET, number=offset)
        yield from self._rows_scaled()

    def _rows_scaled(self) -> Iterator[Relation]:
        got, want = self.got, self.want
        if got.ndim < 2 or got.shape[-1] < _LEAST:
            return
        squares = (want * want).sum(axis=-1, keepdims=True)
        live = squares[..., 0] > 0
        factors = (got * want).sum(axis=-1, keepdims=True) / (squares + (squares == 0))
        if live.sum() >= 2 and factors[live].all() and self._equal(got, want * factors):
            yield Relation(kind=RelationKind.ROW_RATIO)

    def _sums(self) -> Iterator[Relation]:
        got, want = self.got, self.want
        if got.ndim < 2 or got.shape[-1] < 2:
            return
        wanted, sums = want.sum(axis=-1), got.sum(axis=-1)
        one = abs(wanted - 1.0) <= 10 * self.allowed.relative
        if not (want >= 0).all() or not (one | (wanted == 0)).all() or not one.any():
            return
        if (abs(sums[one] - 1.0) <= 10 * self.allowed.relative).all():
            return
        for axis in range(-got.ndim, -1):
            across = got.sum(axis=axis)
            if got.shape[axis] > 1 and (abs(across - 1.0) <= 10 * self.allowed.relative).all():
                yield Relation(kind=RelationKind.SUMS_ON_OTHER_AXIS, axes=(axis,))
        yield Relation(kind=RelationKind.ROW_SUMS, low=float(sums[one].min()), high=float(sums[one].max()))

    def _shifted(self) -> Iterator[Relation]:
        rank = self.got.ndim
        for axis in range(rank):
            length = self.got.shape[axis]
            if length < 3:
                continue
            got, want = self.got.swapaxes(0, axis), self.want.swapaxes(0, axis)
            if self._equal(want[1:], want[:-1]):
                continue
            for step, pair in ((1, (got[1:], want[:-1])), (-1, (got[:-1], want[1:]))):
                if self._equal(*pair) and not self._equal(got, want):
                    yield Relation(kind=RelationKind.SHIFTED, axes=(axis - rank,), number=float(step))

    def _permuted(self) -> Iterator[Relation]:
        rank = self.got.ndim
        for axis in range(rank):
            length = self.got.shape[axis]
            if not 2 <= length <= _LONGEST_AXIS or self.got.size < 2 * length:
                continue  # single numbers in another order: sorting alone would prove too little
            got, want = self.got.swapaxes(0, axis), self.want.swapaxes(0, axis)
            free = list(range(length))
            for row in got:
                match = next((at for at in free if self._equal(row, want[at])), None)
                if match is None:
                    break
                free.remove(match)
            if not free:
                yield Relation(kind=RelationKind.PERMUTED, axes=(axis - rank,))
