"""What is said between the command line and the examiner's process. Both are trusted; reports cross whole."""

from __future__ import annotations

import socket

import msgspec

from grader.config import Content
from grader.grading.options import GradeOptions, Progress
from grader.model import Report, Submission
from grader.wire import Decoder, RawFrame, receive_frame, send_frame

BODY_LIMIT = 1 << 30
_NONCE = b"\0" * 16


class Start(msgspec.Struct, frozen=True, tag="start"):
    """The exercises to be graded, where they are, and the seed of the batch."""

    slugs: tuple[str, ...]
    exercises: str
    solutions: str
    hidden: str
    seed: int


class Job(msgspec.Struct, frozen=True, tag="job"):
    number: int
    submission: Submission
    options: GradeOptions
    tell: bool = False  # whether anybody listens to its progress


class Started(msgspec.Struct, frozen=True, tag="started"):
    tier: str


class Told(msgspec.Struct, frozen=True, tag="told"):
    progress: Progress


class Graded(msgspec.Struct, frozen=True, tag="graded"):
    number: int
    report: Report


class Fault(msgspec.Struct, frozen=True, tag="fault"):
    """A fault of ours, by the name of its class in `grader.errors`."""

    kind: str
    en: str
    zh: str


Order = Start | Job
Event = Started | Told | Graded | Fault

_encode = msgspec.msgpack.Encoder().encode
_orders = msgspec.msgpack.Decoder(Order)
_events = msgspec.msgpack.Decoder(Event)


def start_of(slugs: tuple[str, ...], where: Content, seed: int) -> Start:
    return Start(slugs, str(where.exercises), str(where.solutions), str(where.hidden), seed)


def send(sock: socket.socket, message: Order | Event) -> None:
    """Send one message, whole."""
    send_frame(sock, _NONCE, b"", [_encode(message)])


def receive_order(sock: socket.socket, decoder: Decoder) -> Order | None:
    """The next order; None where the other side has closed."""
    frame = receive_frame(sock, decoder)
    return None if frame is None else _orders.decode(frame.body)


def event_of(frame: RawFrame) -> Event:
    event: Event = _events.decode(frame.body)
    return event
