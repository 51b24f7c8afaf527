"""The matching pieces of two values, so that the elements of a tuple can be looked at one by one."""

from __future__ import annotations

from typing import Any

from grader.values import kind_of, snippet

_DEPTH = 4
_ITEMS = 64


def leaves(got: Any, want: Any, path: str = "", depth: int = 0) -> list[tuple[str, Any, Any]]:
    """Take two values apart where they have the same structure.

    Returns:
        For each piece its path ("" for the whole, "[0]", "['loss']"), what was got, and what was wanted; paths are
        those of a `Difference`. Where the structures differ the piece is not taken further apart.
    """
    kinds = kind_of(got), kind_of(want)
    if depth < _DEPTH:
        if kinds == ("sequence", "sequence") and 0 < len(got) == len(want) <= _ITEMS:
            keys = [(f"[{at}]", at) for at in range(len(want))]
        elif kinds == ("mapping", "mapping") and 0 < len(want) <= _ITEMS and set(got) == set(want):
            keys = [(f"[{snippet(key, 60)}]", key) for key in want]
        else:
            keys = []
        if keys:
            return [leaf for name, key in keys for leaf in leaves(got[key], want[key], path + name, depth + 1)]
    return [(path, got, want)]
