"""What crosses comes back as it was; what cannot cross is named."""

from __future__ import annotations

import collections
import enum
import math
from typing import Any, NamedTuple

import msgspec
import numpy
import pytest
import torch

from grader.model import HandleRef
from grader.wire import PackError, ValueLimits, pack, unpack
from grader.wire.tree import DEPTH_LIMIT, DTYPES

encode = msgspec.msgpack.encode


def across(value: Any) -> Any:
    """Pack a value and rebuild it from the bytes."""
    packed = pack(value)
    return unpack(packed.tree, body_of(packed.buffers))


def body_of(buffers: list[Any]) -> memoryview:
    return memoryview(bytearray(b"".join(bytes(each) for each in buffers)))


def tree(node: Any) -> bytes:
    return encode(node)


def nested(depth: int, inner: Any = None) -> Any:
    for _ in range(depth):
        inner = [inner]
    return inner


# ---- plain things ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        2**64 - 1,
        -(2**63),
        0.1,
        -0.0,
        math.inf,
        "",
        "文本 \x1b[31m\0",
        b"",
        b"\0\xff",
        [],
        (),
        {},
        [1, (2.0, [None, "x"]), {"a": b"b", 1: (2,), (1, "k"): [], None: 0}],
        nested(DEPTH_LIMIT),
    ],
    ids=repr,
)
def test_plain_values_come_back(value: Any) -> None:
    """Value and type are the same; True does not become 1, nor a tuple a list."""
    got = across(value)

    assert got == value
    assert repr(got) == repr(value)


def test_nan_comes_back() -> None:
    """NaN is no error on the way."""
    assert math.isnan(across([math.nan])[0])


class Weekday(enum.IntEnum):
    MONDAY = 1


class Loud(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "shouted"


class Point(NamedTuple):
    x: int
    y: int


class Pair(list):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Weekday.MONDAY, 1),
        (Loud("quiet"), "quiet"),
        (Pair([1]), [1]),
        (Point(1, 2), (1, 2)),
        (collections.OrderedDict(a=1), {"a": 1}),
        (bytearray(b"ab"), b"ab"),
        (type("Half", (float,), {"__float__": lambda self: 9.0})(0.5), 0.5),
    ],
)
def test_subclasses_lose_their_class(value: Any, plain: Any) -> None:
    """A friendly __eq__, __str__ or __float__ stays on its own side of the wall."""
    got = across(value)

    assert type(got) is type(plain)
    assert repr(got) == repr(plain)


@pytest.mark.parametrize(
    "value",
    [2**64, -(2**63) - 1, 10**300, "\ud800", nested(DEPTH_LIMIT + 2), object(), (each for each in ()), {1, 2}, 1j],
)
def test_what_cannot_cross_is_named(value: Any) -> None:
    """An error says what it was, in a few words; nothing is sent in its place."""
    with pytest.raises(PackError) as caught:
        pack(value)

    assert 0 < len(str(caught.value)) < 100


def test_a_list_in_itself_cannot_cross() -> None:
    """It ends at the depth that is allowed."""
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(PackError):
        pack(endless)


@pytest.mark.parametrize("value", [[0] * 2000, dict.fromkeys(range(2000), 0), "x" * 2000, ["xxxx"] * 400])
def test_the_tree_is_capped(value: Any) -> None:
    """Many parts or long texts are refused before their bytes are made or sent."""
    with pytest.raises(PackError):
        pack(value, limits=ValueLimits(tree_bytes=1000))


@pytest.mark.parametrize("value", [bytes(101), numpy.zeros(13), torch.zeros(13, dtype=torch.float64), [bytes(51)] * 2])
def test_arrays_are_capped(value: Any) -> None:
    """Bytes and arrays have a cap of their own, over all of them together."""
    with pytest.raises(PackError):
        pack(value, limits=ValueLimits(array_bytes=100))


def test_an_expanded_tensor_counts_what_it_would_take() -> None:
    """A stride of zero hides no terabyte: the size is taken before memory is."""
    with pytest.raises(PackError):
        pack(torch.zeros(1).expand(1 << 40))


# ---- objects that stay ----------------------------------------------------------------------------------------------


def test_objects_become_references() -> None:
    """What cannot cross is kept, if somebody keeps it, wherever it stands in the value."""
    kept: list[Any] = []

    def keep(value: Any) -> HandleRef:
        kept.append(value)
        return HandleRef(len(kept) - 1, type(value).__name__)

    thing = object()
    packed = pack([1, {"m": thing}], keep=keep)

    assert kept == [thing]
    assert unpack(packed.tree, memoryview(b"")) == [1, {"m": HandleRef(0, "object")}]
    assert unpack(packed.tree, memoryview(b""), find=lambda ref: kept[ref.number]) == [1, {"m": thing}]


def test_references_cross_as_references() -> None:
    """The examiner sends back the number that it was given; a name is cut to a sane length."""
    assert across(HandleRef(3, "Tally")) == HandleRef(3, "Tally")
    assert len(across(HandleRef(3, "T" * 1000)).type_name) <= 80


# ---- tensors and arrays ---------------------------------------------------------------------------------------------


def same_tensor(got: Any, want: Any) -> bool:
    return type(got) is torch.Tensor and got.dtype == want.dtype and torch.equal(got, want.detach())


@pytest.mark.parametrize("dtype", sorted(DTYPES))
def test_every_dtype_crosses(dtype: str) -> None:
    """Tensors and arrays come back with dtype, shape and bits."""
    value = (torch.arange(24).reshape(2, 3, 4) % 2).to(getattr(torch, dtype))
    assert same_tensor(across(value), value)
    if dtype == "bfloat16":
        return
    array = value.numpy()
    got = across(array)
    assert (type(got), got.dtype, got.tolist()) == (numpy.ndarray, array.dtype, array.tolist())


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor(1.5),
        torch.zeros(0),
        torch.zeros(3, 0, 2),
        torch.zeros(1, 1, 1),
        torch.arange(6.0).reshape(2, 3).T,
        torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1),
        torch.arange(10.0)[::2],
        torch.arange(10.0)[3:],
        torch.arange(12.0).reshape(3, 4)[:, 1:3],
        torch.ones(3, 1).expand(3, 4),
        torch.tensor([1 + 2j, 3j]).conj(),
        torch.tensor([1 + 2j, 3j]).conj().imag,
    ],
)
def test_layouts_cross(value: Any) -> None:
    """Views, gaps, empty and 0-d tensors come back with equal elements."""
    assert same_tensor(across(value), value)


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0), (0, 2, 1)])
def test_a_transposed_view_stays_one(order: tuple[int, ...]) -> None:
    """A dense view arrives with its strides: code that needs contiguous memory fails here as it would there."""
    value = torch.arange(24.0).reshape(2, 3, 4).permute(order)
    got = across(value)
    assert (got.stride(), got.is_contiguous()) == (value.stride(), False)

    array = numpy.arange(24.0).reshape(2, 3, 4).transpose(order)
    assert across(array).strides == array.strides


def test_gradients_stay_behind_but_their_wish_crosses() -> None:
    """A tensor that requires grad arrives as a leaf that does; a result arrives without its graph."""
    leaf = across(torch.ones(2, requires_grad=True))
    assert (leaf.requires_grad, leaf.is_leaf, leaf.grad_fn) == (True, True, None)

    (leaf * 2).sum().backward()
    assert leaf.grad.tolist() == [2.0, 2.0]


def test_arrays_arrive_writable_and_apart() -> None:
    """Two arrays of one value share no memory, and both may be written."""
    one, other = across([torch.zeros(3), torch.zeros(3)])
    one += 1
    first, second = across([numpy.zeros(3), numpy.zeros(3)])
    first += 1

    assert other.tolist() == [0, 0, 0]
    assert second.tolist() == [0, 0, 0]


@pytest.mark.parametrize("value", [numpy.float32(1.5), numpy.int64(-3), numpy.bool_(True), numpy.complex64(1j)])
def test_numpy_scalars_stay_scalars(value: Any) -> None:
    """They become neither arrays nor Python numbers."""
    got = across(value)

    assert (type(got), got) == (type(value), value)


def test_byte_order_is_the_wires() -> None:
    """A big-endian array arrives with equal values."""
    assert across(numpy.arange(3, dtype=">i4")).tolist() == [0, 1, 2]


class Flattering(torch.Tensor):
    def __eq__(self, other: object) -> Any:
        return True

    __hash__ = torch.Tensor.__hash__


def test_subclasses_of_arrays_lose_their_class() -> None:
    """A tensor that compares equal to everything arrives as its numbers."""
    got = across(torch.zeros(2).as_subclass(Flattering))
    assert type(got) is torch.Tensor
    assert not (got == 1).any()

    assert type(across(numpy.ma.masked_array([1, 2]))) is numpy.ndarray
    assert type(across(torch.nn.Parameter(torch.zeros(2)))) is torch.Tensor


@pytest.mark.parametrize(
    "value",
    [
        torch.zeros(2, 2).to_sparse(),
        torch.zeros(2).to(torch.float8_e4m3fn),
        torch.zeros(2, device="meta"),
        numpy.array([object()]),
        numpy.array(["text"]),
        numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        numpy.datetime64("2026-01-01"),
        numpy.longdouble(1),
    ],
)
def test_arrays_that_cannot_cross(value: Any) -> None:
    """Sparse, quarter, object, text and record arrays are refused, never sent as something else."""
    with pytest.raises((PackError, NotImplementedError)):
        pack(value)
