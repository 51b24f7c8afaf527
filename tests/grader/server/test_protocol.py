"""What is said between a command and the server."""

from __future__ import annotations

import socket

import msgspec
import pytest

from grader.errors import WireError
from grader.examiner.protocol import Told
from grader.grading.options import GradeOptions, Progress
from grader.model import Submission, Tier
from grader.server import protocol
from grader.wire import Decoder
from grader.wire.frame import MAGIC, PREFIX

SUBMISSION = Submission(exercise="adder", name="a.py", source=b"x = '\xff'", answers=b"## q01")


@pytest.mark.parametrize(
    "request_",
    [
        protocol.Ask(SUBMISSION, GradeOptions(seed=3, parts=("a",), timing=False, require_tier=Tier.A)),
        protocol.Status(),
        protocol.Stop(),
    ],
)
def test_requests_arrive_as_they_were_sent(request_: protocol.Request) -> None:
    """Bytes of a submission included."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        protocol.send(ours, request_)

        assert protocol.receive_request(theirs) == request_


def test_replies_arrive_in_order_until_the_end() -> None:
    """None stands for the end."""
    told = Told(Progress(submission=0, done=1, total=2, stage="a"))
    standing = protocol.Standing(pid=1, up_s=2.0, idle_limit_s=3.0, served=4, warm=("adder",), busy=False)
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            protocol.send(ours, told)
            protocol.send(ours, standing)
        decoder = Decoder(body_limit=protocol.BODY_LIMIT)

        assert [protocol.receive_reply(theirs, decoder) for _ in range(3)] == [told, standing, None]


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n" + b" " * 40, b"GRW1" + b"\0" * 28])
def test_what_is_no_request_is_refused(data: bytes) -> None:
    """As an error that the door expects."""
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(data)
        with pytest.raises((WireError, msgspec.DecodeError)):
            protocol.receive_request(theirs)


def test_a_flood_is_refused_before_memory_is_taken() -> None:
    """A request announces how long it is; nobody hands in that much."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(PREFIX.pack(MAGIC, bytes(16), 0, protocol.REQUEST_LIMIT + 1))
        with pytest.raises(WireError, match="more bytes than allowed"):
            protocol.receive_request(theirs)
