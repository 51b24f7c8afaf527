"""Hostile bytes are refused, whatever they claim to be."""

from __future__ import annotations

import random
import sys
import tracemalloc
from typing import Any

import msgspec
import numpy
import pytest
import torch

from grader.errors import ForeignError, WireError
from grader.model import HandleRef
from grader.wire import PackError, pack, unpack
from grader.wire.tree import DEPTH_LIMIT, ArrayNode, BytesNode, ListNode, MapNode

encode = msgspec.msgpack.encode


def body_of(buffers: list[Any]) -> memoryview:
    return memoryview(bytearray(b"".join(bytes(each) for each in buffers)))


def tree(node: Any) -> bytes:
    return encode(node)


# ---- hostile bytes --------------------------------------------------------------------------------------------------


def array(
    dtype: str = "float32", shape: Any = (2,), order: Any = (0,), *, scalar: bool = False, on: bool = True
) -> Any:
    return ArrayNode(on, dtype, list(shape), list(order), False, scalar)


@pytest.mark.parametrize(
    ("node", "body"),
    [
        (array(), bytes(7)),
        (array(), bytes(9)),
        (array(dtype="object"), bytes(8)),
        (array(dtype="float8"), bytes(8)),
        (array(shape=[-2]), bytes(8)),
        (array(shape=[1 << 62]), bytes(8)),
        (array(shape=[1 << 40] * 30, order=range(30)), bytes(8)),
        (array(shape=[1] * 33, order=range(33)), bytes(4)),
        (array(order=[1]), bytes(8)),
        (array(order=[]), bytes(8)),
        (array(shape=[1, 2], order=[0, 0]), bytes(8)),
        (array(dtype="bfloat16", shape=[4], on=False), bytes(8)),
        (array(shape=[2], scalar=True, on=False), bytes(8)),
        (array(shape=[0, (1 << 48) - 1, (1 << 48) - 1], order=[0, 1, 2]), b""),
        (array(shape=[0, (1 << 48) - 1, (1 << 48) - 1], order=[0, 1, 2], on=False), b""),
        (BytesNode(-1), b""),
        (BytesNode(2), b"a"),
        (BytesNode(1), b"ab"),
        (None, b"a"),
        (ListNode([], False), b"x"),
        (MapNode([("a", 1), ("a", 2)]), b""),
        (MapNode([(1, 1), (True, 2)]), b""),
        (MapNode([(ListNode([], False), 1)]), b""),
        (MapNode([(ListNode([ListNode([], False)], True), 1)]), b""),
        (MapNode([(array(shape=[], order=[]), 1)]), bytes(4)),
    ],
)
def test_lies_are_refused(node: Any, body: bytes) -> None:
    """Sizes, shapes, layouts and keys that do not hold together are a WireError, whoever sent them."""
    with pytest.raises(WireError):
        unpack(tree(node), memoryview(bytearray(body)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        encode(["z", 1]),
        encode(["l", 3, False]),
        encode(["l", [], "no"]),
        encode(["a", True, "float32"]),
        encode({"a": 1}),
        encode(b"raw"),
        encode([]),
        msgspec.msgpack.encode(msgspec.msgpack.Ext(1, b"x")),
        b"\xa2\xff\xfe",
        b"\xdd\xff\xff\xff\xff",
        b"\x91" * 100_000,
        (b"\x93\xa1l\x91" * 50_000),
        encode("x") + b"\xc0",
    ],
)
def test_trees_that_are_none(data: bytes) -> None:
    """Anything but the closed list of nodes, however deep, is a WireError."""
    with pytest.raises(WireError):
        unpack(data, memoryview(bytearray()))


def test_depth_is_capped_on_arrival() -> None:
    """The other side need not have kept to the depth that is allowed."""
    node: Any = None
    for _ in range(DEPTH_LIMIT + 2):
        node = ListNode([node], False)

    with pytest.raises(WireError):
        unpack(tree(node), memoryview(b""))


def test_a_process_without_torch_takes_no_tensor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither library is imported because somebody sent a value of it."""
    tensor, numbers = pack(torch.zeros(2)), pack(numpy.zeros(2))
    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.delitem(sys.modules, "numpy")

    for packed in (tensor, numbers):
        with pytest.raises(WireError):
            unpack(packed.tree, body_of(packed.buffers))
    assert "torch" not in sys.modules


def samples() -> list[tuple[bytes, bytes]]:
    values = [
        [1, 2.5, "text", None, True, (b"bytes", {"k": [1]})],
        {"w": torch.zeros(2, 3), "b": numpy.arange(4), "h": HandleRef(1, "X")},
        torch.zeros(2, 3, 4, dtype=torch.float16).permute(2, 0, 1),
        [numpy.float64(2), torch.tensor(1), numpy.zeros((0, 3))],
    ]
    return [(packed.tree, bytes(body_of(packed.buffers))) for packed in map(pack, values)]


def test_fuzz() -> None:
    """Thousands of damaged values: each is a value or a WireError, and none takes memory that did not arrive."""
    random_ = random.Random(20240229)
    known = samples()
    seen = {"value": 0, "refused": 0}
    tracemalloc.start()
    try:
        for _ in range(5000):
            packed, body = random_.choice(known)
            data = bytearray(packed)
            for _ in range(random_.randrange(5)):
                at = random_.randrange(len(data))
                match random_.randrange(4):
                    case 0:
                        data[at] = random_.randrange(256)
                    case 1:
                        data.insert(at, random_.randrange(256))
                    case 2:
                        del data[at]
                    case 3:
                        data[at:at] = random_.choice([b"\xdd\xff\xff\xff\xff", b"\xcf" + b"\xff" * 8, b"\x93\xa1l\x91"])
                data = data or bytearray(b"\xc0")
            if random_.random() < 0.1:
                body = body[: random_.randrange(len(body) + 1)]
            try:
                unpack(bytes(data), memoryview(bytearray(body)))
                seen["value"] += 1
            except WireError:
                seen["refused"] += 1
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert min(seen.values()) > 200
    assert peak_bytes < 4 << 20


@pytest.mark.parametrize(
    "scalar",
    [
        numpy.float64(0.008),
        numpy.float32(1.5),
        numpy.float16(-2.0),
        numpy.int64(-3),
        numpy.int8(7),
        numpy.uint8(200),
        numpy.bool_(True),
    ],
)
def test_numbers_of_numpy_are_numbers_without_numpy(scalar: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission may import numpy where the exercise does not, and what it computes is right."""
    packed = pack(scalar)
    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.delitem(sys.modules, "numpy")
    value = unpack(packed.tree, body_of(packed.buffers))
    assert value == scalar.item() and type(value) is type(scalar.item())


@pytest.mark.parametrize("value", [numpy.ones(3), torch.ones(3), numpy.complex128(1j)])
def test_arrays_that_nobody_knows_here_are_foreign(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Well formed, and no offence."""
    packed = pack(value)
    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.delitem(sys.modules, "numpy")
    with pytest.raises(ForeignError):
        unpack(packed.tree, body_of(packed.buffers))


@pytest.mark.parametrize("value", [torch.ones([1] * 40), torch.ones(0, 2**60), numpy.ones((0, 2**60), dtype=bool)])
def test_shapes_that_cannot_come_do_not_go(value: Any) -> None:
    """Said by the side that packs, whose fault it is no breach of the rules."""
    with pytest.raises(PackError):
        pack(value)
