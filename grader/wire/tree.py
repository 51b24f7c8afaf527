"""What a plain value is on the wire: a small typed tree (msgspec), with raw little-endian buffers for arrays beside it.

What crosses: None, bool, int of 64 bits, float, str, bytes, lists, tuples, mappings, torch tensors, numpy arrays and
scalars, and references to objects that stay in the worker; nothing else has a node.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Union

import msgspec

DTYPES: dict[str, int] = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}
DEPTH_LIMIT = 16


class ListNode(msgspec.Struct, frozen=True, array_like=True, tag="l"):
    items: list[Node]
    is_tuple: bool


class MapNode(msgspec.Struct, frozen=True, array_like=True, tag="m"):
    pairs: list[tuple[Node, Node]]


class ArrayNode(msgspec.Struct, frozen=True, array_like=True, tag="a"):
    """`order` lists the dimensions from the slowest to the fastest in memory, so that a transposed view stays one."""

    torch: bool
    dtype: str
    shape: list[int]
    order: list[int]
    requires_grad: bool
    scalar: bool  # a numpy scalar rather than an array of no dimensions


def is_possible(shape: Sequence[int]) -> bool:
    """Whether both sides can make an array of that shape; an empty one has strides that overflow, too."""
    sizes = [max(each, 1) for each in shape]
    return len(shape) <= 32 and all(0 <= each < 1 << 48 for each in shape) and math.prod(sizes) < 1 << 48


class BytesNode(msgspec.Struct, frozen=True, array_like=True, tag="b"):
    """Bytes stand among the buffers, like an array's."""

    size: int


class HandleNode(msgspec.Struct, frozen=True, array_like=True, tag="h"):
    number: int
    type_name: str


Node = Union[None, bool, int, float, str, BytesNode, ListNode, MapNode, ArrayNode, HandleNode]  # noqa: UP007 (forward use)
