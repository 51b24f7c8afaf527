"""Plain values as bytes: a small typed tree (msgspec) and raw little-endian buffers for arrays.

What crosses: None, bool, int of 64 bits, float, str, bytes, lists, tuples, mappings, torch tensors, numpy arrays and
scalars, and references to objects that stay in the worker. Neither torch nor numpy is imported from here: a process
that has not imported them has no such values. Tensors and arrays are rebuilt as plain ones, whatever class they had.
"""

from __future__ import annotations

import collections.abc
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, Union

import msgspec

from grader.errors import WireError
from grader.model import HandleRef
from grader.wire.frame import Buffer

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
_AS_NUMPY = frozenset(DTYPES) - {"bfloat16", "complex64", "complex128"}  # whose memory Python can look at as bytes
DEPTH_LIMIT = 16
ALIKE_LIMIT = 64  # keys of one mapping with the same hash; numbers and tuples of numbers hash without a secret


class PackError(Exception):
    """A value that cannot cross; the text says what it was, in a few words of English."""


class ValueLimits(msgspec.Struct, frozen=True):
    """Caps on one packed value: bytes of its tree, bytes of its arrays."""

    tree_bytes: int = 256 * 1024
    array_bytes: int = 256 << 20


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


class BytesNode(msgspec.Struct, frozen=True, array_like=True, tag="b"):
    """Bytes stand among the buffers, like an array's."""

    size: int


class HandleNode(msgspec.Struct, frozen=True, array_like=True, tag="h"):
    number: int
    type_name: str


Node = Union[None, bool, int, float, str, BytesNode, ListNode, MapNode, ArrayNode, HandleNode]  # noqa: UP007 (forward use)

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Node)


class Packed:
    """A packed value: the tree's bytes and the buffers behind it, in order."""

    __slots__ = ("buffers", "tree")

    def __init__(self, tree: bytes, buffers: list[Buffer]) -> None:
        self.tree = tree
        self.buffers = buffers

    @property
    def pieces(self) -> list[Buffer]:
        return [*self.buffers, self.tree]  # the tree last, so that the first array starts aligned


def pack(
    value: Any,
    *,
    limits: ValueLimits = ValueLimits(),  # noqa: B008 (frozen)
    keep: Callable[[Any], HandleRef] | None = None,
) -> Packed:
    """Pack a value.

    Args:
        keep: asked for a reference to an object that cannot cross; without it such an object is an error.

    Raises:
        PackError: the value cannot cross.
    """
    buffers: list[Buffer] = []
    state = _Packing(buffers, limits, keep)
    try:
        tree = _encoder.encode(state.node(value, 0))
    except (OverflowError, UnicodeEncodeError) as error:
        raise PackError("an int outside 64 bits or a text that is no Unicode") from error
    if len(tree) > limits.tree_bytes:
        raise PackError("a value with too many parts")
    return Packed(tree, buffers)


class _Packing:
    def __init__(self, buffers: list[Buffer], limits: ValueLimits, keep: Callable[[Any], HandleRef] | None) -> None:
        self._buffers = buffers
        self._left = limits.array_bytes
        self._parts_left = limits.tree_bytes
        self._keep = keep
        self._torch: Any = sys.modules.get("torch")
        self._numpy: Any = sys.modules.get("numpy")

    def node(self, value: Any, depth: int) -> Any:
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if kind is int or kind is float:
            return value
        if kind is str:
            self._count(len(value))
            return value
        if depth > DEPTH_LIMIT:
            raise PackError("a value nested too deeply")
        if self._torch is not None and isinstance(value, self._torch.Tensor):
            return self._tensor(value)
        if self._numpy is not None and isinstance(value, self._numpy.ndarray | self._numpy.generic):
            return self._array(value)
        if isinstance(value, list | tuple):
            self._count(len(value))
            return ListNode([self.node(each, depth + 1) for each in value], isinstance(value, tuple))
        if isinstance(value, collections.abc.Mapping):
            self._count(len(value))
            return MapNode([(self.node(k, depth + 1), self.node(v, depth + 1)) for k, v in value.items()])
        if isinstance(value, HandleRef):
            return HandleNode(value.number, value.type_name)
        return self._other(value)

    def _other(self, value: Any) -> Any:
        # Subclasses of plain types lose their class here: only the plain value crosses.
        if isinstance(value, int):
            return int.__index__(value)
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, bytes | bytearray):
            self._spend(len(value))
            self._buffers.append(bytes(value))
            return BytesNode(len(value))
        if self._keep is None:
            raise PackError(f"an object of type {type(value).__name__}")
        kept = self._keep(value)
        return HandleNode(kept.number, kept.type_name)

    def _count(self, parts: int) -> None:
        self._parts_left -= parts
        if self._parts_left < 0:
            raise PackError("a value with too many parts")

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise PackError("arrays that are too large")

    def _tensor(self, value: Any) -> ArrayNode:
        torch = self._torch
        dtype = str(value.dtype).removeprefix("torch.")
        if dtype not in DTYPES or value.layout is not torch.strided:
            raise PackError(f"a tensor of dtype {dtype} or of a layout that is not dense")
        self._spend(value.numel() * DTYPES[dtype])
        grad = bool(value.requires_grad)
        plain = value.detach()
        if not plain.is_cpu:
            plain = plain.cpu()
        order = list(range(plain.dim()))
        if not plain.is_contiguous():
            strides = plain.stride()
            order.sort(key=lambda d: -strides[d])
            plain = plain.permute(order).contiguous()
        if plain.is_conj() or plain.is_neg():
            plain = plain.resolve_conj().resolve_neg()
        if plain.numel():
            if dtype in _AS_NUMPY:  # the short way
                self._buffers.append(memoryview(plain.numpy()).cast("B"))
            else:
                self._buffers.append(memoryview(plain.reshape(-1).view(torch.uint8).numpy()).cast("B"))
        return ArrayNode(True, dtype, list(value.shape), order, grad, False)

    def _array(self, value: Any) -> ArrayNode:
        numpy = self._numpy
        scalar = isinstance(value, numpy.generic)
        plain = numpy.asarray(value)
        dtype = plain.dtype.name
        if dtype not in DTYPES or dtype == "bfloat16":
            raise PackError(f"an array of dtype {dtype}")
        self._spend(plain.nbytes)
        order = list(range(plain.ndim))
        if not plain.flags.c_contiguous:
            strides = plain.strides
            order.sort(key=lambda d: -strides[d])
            plain = plain.transpose(order)
        shape = list(value.shape)
        plain = numpy.ascontiguousarray(plain.astype(plain.dtype.newbyteorder("<"), copy=False))
        if plain.size:
            self._buffers.append(memoryview(plain.reshape(-1).view(numpy.uint8)).cast("B"))
        return ArrayNode(False, dtype, shape, order, False, scalar)


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
        if size is None or len(shape) > 32 or any(not 0 <= each < 1 << 48 for each in shape):
            raise WireError("an array has an unknown dtype or an impossible shape")
        if math.prod(max(each, 1) for each in shape) >= 1 << 48:  # an empty one has strides that overflow, too
            raise WireError("an array has an impossible shape")
        if sorted(node.order) != list(range(len(shape))):
            raise WireError("an array has an impossible layout")
        count = math.prod(shape)
        data = self._take(count * size)
        return self._torch(node, data, count) if node.torch else self._numpy(node, data)

    def _torch(self, node: ArrayNode, data: memoryview, count: int) -> Any:
        torch: Any = sys.modules.get("torch")
        if torch is None:
            raise WireError("a tensor came to a process without torch")
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
        if numpy is None or node.dtype == "bfloat16":
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
