"""Whole frames over a blocking socket: for the sides that have nothing else to watch (worker, zygote)."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from grader.wire.frame import Buffer, Decoder, RawFrame, encode_frame


def send_frame(sock: socket.socket, nonce: bytes, header: bytes, buffers: Sequence[Buffer] = ()) -> None:
    """Write one frame and return when the kernel has all of it."""
    pieces = encode_frame(nonce, header, buffers)
    if len(pieces) > 1 and sum(len(memoryview(p).cast("B")) for p in pieces) <= 1 << 16:
        sock.sendall(b"".join(pieces))
        return
    for piece in pieces:
        sock.sendall(piece)


def receive_frame(sock: socket.socket, decoder: Decoder) -> RawFrame | None:
    """Read one frame; None where the other side has closed.

    Raises:
        WireError: what arrived is no frame.
    """
    while True:
        count = sock.recv_into(decoder.wanted())
        if count == 0:
            return None
        frame = decoder.advance(count)
        if frame is not None:
            return frame
