"""Packing: a value as a tree and buffers.

Neither torch nor numpy is imported from here: a process that has not imported them has no such values.
"""

from __future__ import annotations

import collections.abc
import sys
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from grader.model import HandleRef
from grader.wire.frame import Buffer
from grader.wire.tree import DEPTH_LIMIT, DTYPES, ArrayNode, BytesNode, HandleNode, ListNode, MapNode, is_possible

_AS_NUMPY = frozenset(DTYPES) - {"bfloat16", "complex64", "complex128"}  # whose memory Python can look at as bytes

_encoder = msgspec.msgpack.Encoder()


class PackError(Exception):
    """A value that cannot cross; the text says what it was, in a few words of English."""


class ValueLimits(msgspec.Struct, frozen=True):
    """Caps on one packed value: bytes of its tree, bytes of its arrays."""

    tree_bytes: int = 256 * 1024
    array_bytes: int = 256 << 20


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

    @staticmethod
    def _shaped(shape: Sequence[int]) -> None:
        if not is_possible(shape):
            raise PackError("an array of an impossible shape")

    def _tensor(self, value: Any) -> ArrayNode:
        torch = self._torch
        dtype = str(value.dtype).removeprefix("torch.")
        if dtype not in DTYPES or value.layout is not torch.strided:
            raise PackError(f"a tensor of dtype {dtype} or of a layout that is not dense")
        self._shaped(value.shape)
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
        self._shaped(plain.shape)
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
