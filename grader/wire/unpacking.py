"""Unpacking: a value from a tree and buffers that a hostile process may have made.

Tensors and arrays are rebuilt as plain ones, whatever class they had; neither torch nor numpy is imported from here.
"""

from __future__ import annotations

import math
import struct
import sys
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from grader.errors import ForeignError, WireError
from grader.model import HandleRef
from grader.wire.frame import Buffer
from grader.wire.tree import DEPTH_LIMIT, DTYPES, ArrayNode, BytesNode, HandleNode, ListNode, MapNode, Node, is_possible

ALIKE_LIMIT = 64  # keys of one mapping with the same hash; numbers and tuples of numbers hash without a secret

# Numpy's scalars as numbers of Python's own, for exercises that do without numpy.
_PLAIN = {
    "bool": "?",
    "uint8": "B",
    "int8": "b",
    "int16": "h",
    "int32": "i",
    "int64": "q",
    "float16": "e",
    "float32": "f",
    "float64": "d",
}

_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Node)


def unpack(
    tree: Buffer,
    body: memoryview,
    *,
    find: Callable[[HandleRef], Any] | None = None,
) -> Any:
    """Rebuild a value. Arrays share memory with `body`, which the caller gives up.

    Args:
        body: the buffers, one after the other; all of it must be used.
        find: turns a reference into what it stands for; without it references come back as they are.

    Raises:
        ForeignError: they are one of a library that is not loaded here.
        WireError: the bytes are not a packed value.
    """
    try:
        node = _decoder.decode(tree)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError("a value does not decode") from error
    state = _Unpacking(body, find)
    value = state.value(node, 0)
    if state.offset != len(body):
        raise WireError("a value came with bytes that belong to nothing")
    return value


class _Unpacking:
    def __init__(self, body: memoryview, find: Callable[[HandleRef], Any] | None) -> None:
        self._body = body
        self._find = find
        self.offset = 0

    def value(self, node: Any, depth: int) -> Any:
        if depth > DEPTH_LIMIT:
            raise WireError("a value is nested too deeply")
        if isinstance(node, ListNode):
            items = [self.value(each, depth + 1) for each in node.items]
            return tuple(items) if node.is_tuple else items
        if isinstance(node, MapNode):
            return self._mapping(node, depth)
        if isinstance(node, ArrayNode):
            return self._array(node)
        if isinstance(node, BytesNode):
            return bytes(self._take(node.size))
        if isinstance(node, HandleNode):
            kept = HandleRef(node.number, node.type_name[:80])
            return self._find(kept) if self._find is not None else kept
        return node

    def _mapping(self, node: MapNode, depth: int) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        alike: dict[int, int] = {}
        for key_node, value_node in node.pairs:
            key = self.value(key_node, depth + 1)
            if not isinstance(key, str | int | float | bool | bytes | tuple | None):
                raise WireError("a mapping has a key that is not plain")
            try:
                code = hash(key)
                alike[code] = alike.get(code, 0) + 1
                if alike[code] > ALIKE_LIMIT:  # each lookup among such keys takes as long as there are of them
                    raise WireError("a mapping has keys that were chosen to collide")
                if key in result:
                    raise WireError("a mapping has the same key twice")
                result[key] = self.value(value_node, depth + 1)
            except TypeError as error:
                raise WireError("a mapping has a key that is not plain") from error
        return result

    def _take(self, count: int) -> memoryview:
        if not 0 <= count <= len(self._body) - self.offset:
            raise WireError("a value announces more bytes than came")
        data = self._body[self.offset : self.offset + count]
        self.offset += count
        return data

    def _array(self, node: ArrayNode) -> Any:
        size = DTYPES.get(node.dtype)
        shape = node.shape
        if size is None or not is_possible(shape):
            raise WireError("an array has an unknown dtype or an impossible shape")
        if sorted(node.order) != list(range(len(shape))):
            raise WireError("an array has an impossible layout")
        count = math.prod(shape)
        data = self._take(count * size)
        return self._torch(node, data, count) if node.torch else self._numpy(node, data)

    def _torch(self, node: ArrayNode, data: memoryview, count: int) -> Any:
        torch: Any = sys.modules.get("torch")
        if torch is None:
            raise ForeignError("a tensor, where this exercise knows none")
        dtype = getattr(torch, node.dtype)
        stored = [node.shape[each] for each in node.order]
        value = torch.frombuffer(_aligned(data), dtype=dtype) if count else torch.empty(0, dtype=dtype)
        if len(stored) != 1 or not count:
            value = value.reshape(stored)
        if node.order != sorted(node.order):
            value = value.permute(_inverse(node.order))
        if node.requires_grad and (value.is_floating_point() or value.is_complex()):
            value.requires_grad_()
        return value

    def _numpy(self, node: ArrayNode, data: memoryview) -> Any:
        numpy: Any = sys.modules.get("numpy")
        if numpy is None and node.scalar and not node.shape and node.dtype in _PLAIN:
            return struct.unpack(f"<{_PLAIN[node.dtype]}", data)[0]  # a scalar of numpy's is a number
        if numpy is None:
            raise ForeignError("an array, where this exercise knows none")
        if node.dtype == "bfloat16":
            raise WireError("an array came that this process cannot hold")
        stored = [node.shape[each] for each in node.order]
        dtype = numpy.dtype(node.dtype).newbyteorder("<")
        value = numpy.frombuffer(data, dtype=dtype).reshape(stored).transpose(_inverse(node.order))
        if node.scalar:
            if node.shape:
                raise WireError("a numpy scalar came with dimensions")
            return value[()]
        return value


def _inverse(order: Sequence[int]) -> list[int]:
    result = [0] * len(order)
    for position, dimension in enumerate(order):
        result[dimension] = position
    return result


def _aligned(data: memoryview) -> memoryview | bytearray:
    """Torch reads faster, and some kernels only, from memory aligned to the element; frames start anywhere."""
    import ctypes

    address = ctypes.addressof(ctypes.c_char.from_buffer(data))
    return data if address % 16 == 0 else bytearray(data)
