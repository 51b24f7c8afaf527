"""Whole frames over a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from grader.errors import WireError
from grader.wire import NONCE_BYTES, Decoder, encode_frame, receive_frame, send_frame

NONCE = b"n" * NONCE_BYTES
Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = socket.socketpair()
    for each in (one, other):
        each.settimeout(60)
    with one, other:
        yield one, other


@pytest.mark.parametrize("size", [0, 1, 1 << 16, 3 << 20])
def test_a_frame_crosses_whole(pair: Pair, size: int) -> None:
    """Small frames go in one piece, large ones as their buffers; both arrive the same."""
    buffers = [bytes([1]) * size, b"tail"]
    writer = threading.Thread(target=send_frame, args=(pair[0], NONCE, b"head", buffers))
    writer.start()
    frame = receive_frame(pair[1], Decoder(body_limit=4 << 20))
    writer.join()

    assert frame is not None
    assert (frame.nonce, frame.header, bytes(frame.body)) == (NONCE, b"head", b"".join(buffers))


def test_frames_wait_in_order(pair: Pair) -> None:
    """What was sent before anybody read comes out one frame after the other."""
    for at in range(3):
        send_frame(pair[0], NONCE, bytes([at]))
    decoder = Decoder(body_limit=16)

    headers = [receive_frame(pair[1], decoder) for _ in range(3)]

    assert [each.header for each in headers if each] == [b"\0", b"\1", b"\2"]


@pytest.mark.parametrize("sent", [0, 10, 40])
def test_a_closed_socket_is_none(pair: Pair, sent: int) -> None:
    """The other side may close between frames or in the middle of one."""
    whole = b"".join(bytes(each) for each in encode_frame(NONCE, b"head", [b"a body of many bytes"]))
    assert sent < len(whole)
    pair[0].sendall(whole[:sent])
    pair[0].close()

    assert receive_frame(pair[1], Decoder(body_limit=1 << 10)) is None


def test_garbage_is_refused(pair: Pair) -> None:
    """What is no frame raises as soon as it can be seen."""
    pair[0].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")

    with pytest.raises(WireError):
        receive_frame(pair[1], Decoder(body_limit=1 << 10))
