"""Long runs of hypothesis against everything that reads what a worker wrote. `make fuzz` starts them.

They are no part of `make test`, which has seeded, bounded versions of the same (tests/grader/wire,
tests/grader/sandbox). What is found here becomes a test there.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec
import numpy as np
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grader.errors import WireError
from grader.wire import PackError, messages, pack, unpack
from grader.wire.frame import MAGIC, PREFIX, Decoder, encode_frame
from grader.wire.tree import BytesNode, HandleNode, ListNode, MapNode

EXAMPLES = int(os.environ.get("GRADER_FUZZ_EXAMPLES", "20000"))
LIMIT = 1 << 16
GROWTH_BYTES = 4 << 20
# What was tried, to be tried again: hypothesis remembers too much itself for memory to be measured beside it.
tried: list[tuple[bytes, bytes]] = []
KEPT = 5000

long = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=40)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=5) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)
numbers = st.integers(-(1 << 63), (1 << 64) - 1)
shapes = st.lists(st.sampled_from([0, 1, 2, 3, (1 << 47), (1 << 48) - 1, 1 << 48, -1]), max_size=5)
arrays = st.tuples(
    st.just("a"),
    st.booleans(),
    st.sampled_from(["float32", "bool", "bfloat16", "int64", "object", "", "complex128"]),
    shapes,
    st.permutations(range(3)) | st.permutations(range(2)) | st.lists(numbers, max_size=5),
    st.booleans(),
    st.booleans(),
)
nodes = st.recursive(
    st.none() | st.booleans() | numbers | st.floats() | st.text(max_size=9) | arrays
    | st.tuples(st.just("b"), numbers | st.integers(0, 40))
    | st.tuples(st.just("h"), numbers, st.text(max_size=100)),
    lambda inner: st.tuples(st.just("l"), st.lists(inner, max_size=6), st.booleans())
    | st.tuples(st.just("m"), st.lists(st.tuples(inner, inner), max_size=4)),
    max_leaves=30,
)  # fmt: skip


def _rss_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _unpack(tree: bytes, body: bytes) -> None:
    """A value or a WireError; every other error is a find."""
    if len(tried) < KEPT:
        tried.append((tree, body))
    with contextlib.suppress(WireError):
        unpack(tree, memoryview(bytearray(body)))


def _feed(data: bytes, sizes: list[int]) -> int:
    decoder = Decoder(body_limit=LIMIT)
    frames, turn = 0, 0
    while data:
        memory = decoder.wanted()
        count = min(len(memory), len(data), sizes[turn % len(sizes)] if sizes else 1 << 20)
        turn += 1
        memory[:count] = data[:count]
        data = data[count:]
        try:
            frames += decoder.advance(count) is not None
        except WireError:
            break
    return frames


@long
@given(st.lists(st.binary(max_size=60), max_size=6), st.lists(st.integers(1, 50), max_size=4))
def test_frames_of_garbage(pieces: list[bytes], sizes: list[int]) -> None:
    """A frame or a WireError, however the bytes are cut."""
    _feed(b"".join(pieces), sizes)


@long
@given(
    st.lists(
        st.tuples(st.binary(min_size=16, max_size=16), st.integers(0, 1 << 32 - 1), numbers.filter(lambda n: n >= 0)),
        max_size=4,
    ),
    st.binary(max_size=200),
    st.lists(st.integers(1, 80), max_size=4),
)
def test_frames_that_lie_about_their_size(
    prefixes: list[tuple[bytes, int, int]], rest: bytes, sizes: list[int]
) -> None:
    """What is announced is not what is taken."""
    data = b"".join(PREFIX.pack(MAGIC, nonce, header, body) + rest for nonce, header, body in prefixes)
    _feed(data, sizes)


@long
@given(st.binary(min_size=16, max_size=16), st.binary(max_size=500), st.lists(st.binary(max_size=99), max_size=4))
def test_honest_frames_come_through(nonce: bytes, header: bytes, buffers: list[bytes]) -> None:
    """One in, one out."""
    assert _feed(b"".join(bytes(each) for each in encode_frame(nonce, header, buffers)), [7, 1, 90]) == 1


@long
@given(nodes, st.binary(max_size=80))
def test_trees_that_nobody_would_pack(node: object, body: bytes) -> None:
    """A value or a WireError."""
    _unpack(msgspec.msgpack.encode(node), body)


@long
@given(st.binary(max_size=120), st.binary(max_size=40))
def test_trees_of_garbage(tree: bytes, body: bytes) -> None:
    """A value or a WireError."""
    _unpack(tree, body)


@long
@given(values, st.data())
def test_damaged_values(value: object, data: st.DataObject) -> None:
    """Every honest value comes back; with a byte changed it is a value or a WireError."""
    try:
        packed = pack(value)
    except PackError:
        return
    body = b"".join(bytes(each) for each in packed.buffers)
    again = unpack(packed.tree, memoryview(bytearray(body)))
    assert not isinstance(again, torch.Tensor | np.ndarray)
    damaged = bytearray(packed.tree)
    at = data.draw(st.integers(0, len(damaged) - 1))
    damaged[at] = data.draw(st.integers(0, 255))
    _unpack(bytes(damaged), body)


@long
@given(st.binary(max_size=200) | nodes.map(msgspec.msgpack.encode))
def test_replies_of_garbage(header: bytes) -> None:
    """A reply, or one of the errors that the examiner takes for a broken protocol."""
    try:
        messages.decode_reply(header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass


@long
@given(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                ["ready", "inspected", "loaded", "begun", "done", "raised", "unsupported", "blocked"]
            )
        },
        optional={
            "layers": st.lists(st.text(max_size=4)),
            "capability": st.text(max_size=4),
            "uses": st.lists(st.tuples(st.text(max_size=3), numbers, st.lists(st.text(max_size=3)))),
            "missing": st.lists(st.text(max_size=3)) | numbers,
            "tree_bytes": numbers | st.floats(),
            "types": st.lists(st.text(max_size=3)),
            "message": st.text(),
            "frames": st.lists(st.tuples(numbers, st.text(max_size=3), st.text(max_size=3))),
            "why": st.text(max_size=5),
            "name": st.text(max_size=5),
            "line": numbers,
        },
    )
)
def test_replies_that_are_almost_right(fields: dict[str, object]) -> None:
    """As above, for headers of the right shape."""
    try:
        messages.decode_reply(msgspec.msgpack.encode(fields))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass


def test_memory_stays_flat() -> None:
    """What was tried above, tried again and again, leaves nothing behind."""
    assert tried
    for tree, body in tried:
        _unpack(tree, body)
    before = _rss_bytes()
    for _ in range(10):
        for tree, body in tried:
            _unpack(tree, body)
            _feed(body + tree, [])
    assert _rss_bytes() - before < GROWTH_BYTES


def test_the_strategies_know_every_sort_of_node() -> None:
    """A new node must be fuzzed too."""
    assert {each.__struct_config__.tag for each in (ListNode, MapNode, BytesNode, HandleNode)} == {"l", "m", "b", "h"}
