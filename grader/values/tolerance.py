"""How near is equal: the tolerances of the contracts, by dtype. Nothing else is known here."""

from __future__ import annotations

import msgspec


class Tolerance(msgspec.Struct, frozen=True):
    """Two values are equal where `abs(got - want) <= absolute + relative * abs(want)`."""

    absolute: float
    relative: float

    def times(self, factor: float) -> Tolerance:
        """The same tolerance, wider by a factor."""
        return Tolerance(self.absolute * factor, self.relative * factor)


EXACT = Tolerance(0.0, 0.0)

TOLERANCES: dict[str, Tolerance] = {
    "float64": Tolerance(1e-9, 1e-7),
    "float32": Tolerance(1e-5, 1e-4),
    "float16": Tolerance(1e-2, 1e-2),
    "bfloat16": Tolerance(5e-2, 2e-2),
    "complex128": Tolerance(1e-9, 1e-7),
    "complex64": Tolerance(1e-5, 1e-4),
}

HALF_PRECISION = frozenset({"float16", "bfloat16"})


def tolerance_of(dtype: str) -> Tolerance:
    """The tolerance of a dtype by its bare name; whole numbers, bools and anything unknown must match exactly."""
    return TOLERANCES.get(dtype, EXACT)
