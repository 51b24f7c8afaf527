"""What sort of plain value something is, and the numbers inside it.

Neither torch nor numpy is imported to find out: a process that has not loaded them holds none of their values. numpy
is imported only once a tensor or an array is in hand. This module must not know what the values are compared for.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Literal

from grader.model import HandleRef

Kind = Literal["none", "bool", "number", "text", "bytes", "sequence", "mapping", "tensor", "array", "handle", "other"]

DEPTH_LIMIT = 32  # nested lists deeper than this are not looked into; the wire lets fewer through

_known: dict[type, Kind] = {}  # of plain types only, which are few: no class of a submission's crosses the wall


def kind_of(value: Any) -> Kind:
    """Which kind of plain value this is; a numpy scalar is a number, a 0-d tensor or array is not (yet)."""
    sort = type(value)
    kind = _known.get(sort)
    if kind is None:
        kind = _known[sort] = _kind_of_type(sort)
    return kind


def _kind_of_type(sort: type) -> Kind:
    if sort is type(None):
        return "none"
    if issubclass(sort, bool):
        return "bool"
    if issubclass(sort, int | float):
        return "number"
    if issubclass(sort, str):
        return "text"
    if issubclass(sort, bytes | bytearray | memoryview):
        return "bytes"
    if issubclass(sort, list | tuple):
        return "sequence"
    if issubclass(sort, Mapping):
        return "mapping"
    if issubclass(sort, HandleRef):
        return "handle"
    return _foreign_kind(sort)


def is_numeric_block(value: Any) -> bool:
    """Whether this is a tensor or an array."""
    return kind_of(value) in ("tensor", "array")


def dtype_of(value: Any) -> str:
    """The dtype's bare name: "float64" for a tensor, an array, a numpy scalar or a plain float; "int64", "bool", ..."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return {bool: "bool", int: "int64", float: "float64"}.get(type(value), "object")
    return str(getattr(dtype, "name", dtype)).removeprefix("torch.")


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of a tensor or array; () for anything else."""
    return tuple(int(size) for size in value.shape) if is_numeric_block(value) else ()


def as_scalar(value: Any) -> bool | int | float | None:
    """The plain number (or bool) that a number, a numpy scalar, a 0-d tensor or a 0-d array stands for, else None."""
    kind = kind_of(value)
    if kind == "bool":
        return bool(value)
    if kind == "number" or (kind in ("tensor", "array") and not shape_of(value)):
        plain = value.item() if hasattr(value, "item") else value
        if isinstance(plain, bool | int | float):
            return plain
    return None


def as_array(value: Any) -> Any:
    """A tensor or array as a numpy array on which comparison is safe.

    Half precision is widened to float32, which holds each of its values exactly; everything else keeps its dtype.

    Raises:
        TypeError: neither a tensor nor an array.
    """
    kind = kind_of(value)
    if kind == "tensor":
        tensor = value.detach()
        if not tensor.is_cpu:
            tensor = tensor.cpu()
        torch = sys.modules["torch"]
        if tensor.layout is not torch.strided:
            tensor = tensor.to_dense()
        if tensor.dtype not in (torch.float32, torch.float64) and tensor.is_floating_point():
            tensor = tensor.float()
        if tensor.is_conj() or tensor.is_neg():
            tensor = tensor.resolve_conj().resolve_neg()
        return tensor.numpy()
    if kind == "array":
        return value.astype("float32") if dtype_of(value) == "float16" else value
    raise TypeError(f"{type(value).__name__} is neither a tensor nor an array")


def as_floats(value: Any) -> Any:
    """The same as a float64 array, for relations and figures where exactness beyond 2**53 is of no matter."""
    return as_array(value).astype("float64")


def _foreign_kind(sort: type) -> Kind:
    torch: Any = sys.modules.get("torch")
    if torch is not None and issubclass(sort, getattr(torch, "Tensor", ())):
        return "tensor"
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        if issubclass(sort, getattr(numpy, "ndarray", ())):
            return "array"
        if issubclass(sort, getattr(numpy, "bool_", ())):
            return "bool"
        if issubclass(sort, getattr(numpy, "number", ())) and not issubclass(sort, numpy.complexfloating):
            return "number"
    return "other"
