"""What is said between the command line and the examiner arrives as it was said."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.config import Content
from grader.examiner import protocol
from grader.grading.options import GradeOptions, Progress
from grader.model import Environment, Isolation, Report, Submission, Text, Tier, Verdict
from grader.wire import Decoder, receive_frame

REPORT = Report(
    exercise="adder",
    exercise_version="0",
    exercise_title=Text("Adding", "加法"),
    parts=(),
    followups=(),
    submission_name="\udcff<b>".encode("utf-8", "replace").decode(),
    submission_sha256="",
    verdict=Verdict.CRASHED,
    score=0.0,
    max_score=0.0,
    checks=(),
    diagnoses=(),
    timing=(),
    isolation=Isolation(tier=Tier.A_PLUS, layers=()),
    environment=Environment(grader="", python="", platform="", cpu="", cores=1, libraries={}),
    seed=2**48 - 1,
    stages=(),
    started_at="",
    wall_s=0.0,
)
SUBMISSION = Submission(exercise="adder", name="\x00\x1b", source=bytes(range(256)), answers=b"\xff")
ORDERS = [
    protocol.Start(("adder", "other"), "/e", "/s", "/h", 0),
    protocol.Job(3, SUBMISSION, GradeOptions(parts=("large",), require_tier=Tier.B)),
]
EVENTS = [
    protocol.Started("A+"),
    protocol.Told(Progress(submission=0, done=1, total=2, stage="import")),
    protocol.Graded(3, REPORT),
    protocol.Fault("ZygoteDied", "it died", "死了"),
]


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def decoder() -> Decoder:
    return Decoder(body_limit=protocol.BODY_LIMIT)


@pytest.mark.parametrize("order", ORDERS, ids=lambda each: type(each).__name__)
def test_orders_arrive(pair: tuple[socket.socket, socket.socket], order: protocol.Order) -> None:
    """Any byte of a submission does."""
    protocol.send(pair[0], order)

    assert protocol.receive_order(pair[1], decoder()) == order


@pytest.mark.parametrize("event", EVENTS, ids=lambda each: type(each).__name__)
def test_events_arrive(pair: tuple[socket.socket, socket.socket], event: protocol.Event) -> None:
    """Reports cross whole."""
    protocol.send(pair[0], event)

    frame = receive_frame(pair[1], decoder())

    assert frame is not None
    assert protocol.event_of(frame) == event


def test_messages_keep_their_order(pair: tuple[socket.socket, socket.socket]) -> None:
    """Several may be under way."""
    for order in ORDERS:
        protocol.send(pair[0], order)
    reader = decoder()

    assert [protocol.receive_order(pair[1], reader) for _ in ORDERS] == ORDERS


def test_a_closed_socket_is_the_end_of_all_orders(pair: tuple[socket.socket, socket.socket]) -> None:
    """No error: whoever asked is done."""
    pair[0].close()

    assert protocol.receive_order(pair[1], decoder()) is None


def test_half_a_message_is_no_message(pair: tuple[socket.socket, socket.socket]) -> None:
    """Whoever dies while speaking has said nothing; it is the end of all orders."""
    sender, receiver = socket.socketpair()
    with sender, receiver:
        protocol.send(sender, ORDERS[1])
        sent = receiver.recv(1 << 20)
    pair[0].sendall(sent[:-1])
    pair[0].close()

    assert protocol.receive_order(pair[1], decoder()) is None


@pytest.mark.parametrize("event", EVENTS, ids=lambda each: type(each).__name__)
def test_an_event_is_no_order(pair: tuple[socket.socket, socket.socket], event: protocol.Event) -> None:
    """Each side hears only what the other may say."""
    protocol.send(pair[0], event)

    with pytest.raises(msgspec.ValidationError):
        protocol.receive_order(pair[1], decoder())


def test_the_examiner_is_told_where_the_secrets_are_and_nothing_else() -> None:
    """Pages are made, and attacks run, elsewhere."""
    where = Content(
        exercises=Path("/e"), solutions=Path("/s"), hidden=Path("/h"), templates=Path("/t"), attacks=Path("/a")
    )

    assert protocol.start_of(("adder",), where, 5) == protocol.Start(("adder",), "/e", "/s", "/h", 5)
