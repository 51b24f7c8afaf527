"""The typed messages: each comes back as it was, and nothing else is let through."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grader.model import Frame, NotAllowed
from grader.wire import messages as m

RULE = NotAllowed(name="math.fsum", aliases=("math.f",), functions=("add_all",))
REQUESTS = [
    m.Inspect("adder", (RULE,), ("add",)),
    m.Load("adder", 10, True, (RULE,), ("add", "add_all")),
    m.Begin(2**63 - 1),
    m.Invoke("function", "add", -1, False, True, 3, 100, 200),
    m.Echo(0),
]
REPLIES = [
    m.Ready(("seccomp", "landlock"), "AVX2"),
    m.Inspected((m.Use("math.fsum", 3, ("add_all",)),)),
    m.Loaded(("Tally",)),
    m.Begun(),
    m.Done(12),
    m.Raised(("ValueError", "Exception"), "错了 \x1b[31m", (Frame(3, "add", "raise"),)),
    m.Unsupported("a generator"),
    m.Blocked("math.fsum", 3),
]
ZYGOTE_REQUESTS = [m.Spawn(0, 1 << 30, 1.5, 64, 1 << 20), m.Reap(7)]
ZYGOTE_REPLIES = [
    m.Hello("A", ("seccomp",), ("other uid",), ""),
    m.Failed(-1, "why", "原因", True),
    m.Spawned(0, 4711),
    m.Exited(0, 9, 1.5),
]
SORTS = [
    (m.decode_request, REQUESTS),
    (m.decode_reply, REPLIES),
    (m.decode_zygote_request, ZYGOTE_REQUESTS),
    (m.decode_zygote_reply, ZYGOTE_REPLIES),
]
ALL = [(decode, message) for decode, group in SORTS for message in group]


@pytest.mark.parametrize(("decode", "message"), ALL, ids=lambda each: type(each).__name__)
def test_a_message_comes_back(decode: Any, message: msgspec.Struct) -> None:
    """Encoded and decoded, it is equal to itself and of its own type."""
    assert decode(m.encode(message)) == message


def test_the_lists_are_whole() -> None:
    """Every message that may be said is in the lists above."""
    unions = (m.Request, m.Reply, m.ZygoteRequest, m.ZygoteReply)
    for (_, group), union in zip(SORTS, unions, strict=True):
        assert {type(each) for each in group} == set(union.__args__)


@pytest.mark.parametrize(("decode", "message"), ALL, ids=lambda each: type(each).__name__)
def test_no_message_passes_for_one_of_another_sort(decode: Any, message: msgspec.Struct) -> None:
    """A request is no reply, a worker's word is not the zygote's."""
    for other, _ in SORTS:
        if other is not decode:
            with pytest.raises(msgspec.ValidationError):
                other(m.encode(message))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        msgspec.msgpack.encode(None),
        msgspec.msgpack.encode([1, 2]),
        msgspec.msgpack.encode({"type": "nothing of the kind"}),
        msgspec.msgpack.encode({"type": "done"}),
        msgspec.msgpack.encode({"type": "done", "tree_bytes": "12"}),
        msgspec.msgpack.encode({"type": "done", "tree_bytes": 2**64 - 1})[:-1],
        msgspec.msgpack.encode({"type": "raised", "types": [1], "message": "", "frames": []}),
        m.encode(m.Begun()) + b"\x00",
    ],
)
def test_what_does_not_fit_is_refused(data: bytes) -> None:
    """Wrong types, missing fields, cut or trailing bytes: an error of the decoder, never a guess."""
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        m.decode_reply(data)
