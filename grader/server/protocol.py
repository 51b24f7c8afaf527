"""What is said between a command and the warm server of the same person, over frames of `wire`."""

from __future__ import annotations

import socket

import msgspec

from grader.examiner.protocol import Fault, Graded, Told
from grader.grading.options import GradeOptions
from grader.model import Submission
from grader.wire import Decoder, receive_frame, send_frame

BODY_LIMIT = 1 << 30  # of a reply, from a server of ours
REQUEST_LIMIT = 1 << 24  # a source and its answers have a megabyte each; memory is taken as it is announced
_NONCE = b"\0" * 16


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Grade this. Without a seed, the one that the server keeps for the exercise."""

    submission: Submission
    options: GradeOptions


class Status(msgspec.Struct, frozen=True, tag="status"):
    """Say how it goes."""


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """End, and everything that was started with you."""


class Standing(msgspec.Struct, frozen=True, tag="standing"):
    """How it goes with a server."""

    pid: int
    up_s: float
    idle_limit_s: float
    served: int  # gradings
    warm: tuple[str, ...]  # exercises whose examiners are loaded
    busy: bool


Request = Ask | Status | Stop
Reply = Told | Graded | Fault | Standing

_encode = msgspec.msgpack.Encoder().encode
_requests = msgspec.msgpack.Decoder(Request)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def send(sock: socket.socket, message: Request | Reply) -> None:
    """Send one message, whole."""
    send_frame(sock, _NONCE, b"", [_encode(message)])


def receive_request(sock: socket.socket) -> Request | None:
    """The one request of a connection; None where the other side has closed.

    Raises:
        WireError, msgspec.DecodeError: it is no request.
    """
    frame = receive_frame(sock, Decoder(body_limit=REQUEST_LIMIT))
    return None if frame is None else _requests.decode(frame.body)


def receive_reply(sock: socket.socket, decoder: Decoder) -> Reply | None:
    """The next reply; None where the other side has closed.

    Raises:
        WireError, msgspec.DecodeError: it is no reply.
    """
    frame = receive_frame(sock, decoder)
    return None if frame is None else _replies.decode(frame.body)
