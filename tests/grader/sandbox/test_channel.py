"""The examiner's end of a conversation, with a peer that keeps to no rule."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from grader.sandbox.channel import Channel, Fault
from grader.wire import NONCE_BYTES, encode_frame

NONCE = bytes(range(NONCE_BYTES))


class Line:
    """A channel whose other end the test holds."""

    def __init__(self) -> None:
        ours, self.theirs = socket.socketpair()
        self.pipes = [os.pipe(), os.pipe()]
        reading = (self.pipes[0][0], self.pipes[1][0])
        self.channel = Channel(ours, reading, body_bytes=1 << 20, output_bytes=1000)

    def fault(self, wall_s: float = 0.2) -> str | None:
        with pytest.raises(Fault) as caught:
            self.channel.receive(time.monotonic() + wall_s)
        return caught.value.cause

    def close(self) -> None:
        self.channel.close()
        self.theirs.close()
        for _, writing in self.pipes:
            os.close(writing)


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def test_frames_go_both_ways(line: Line) -> None:
    """In pieces of any size, and more than one behind the other."""
    sent = encode_frame(NONCE, b"header", [b"body", bytes(5000)])
    line.channel.expect_silence()
    line.channel.send(sent, time.monotonic() + 20)
    whole = b"".join(map(bytes, sent))
    assert line.theirs.recv(len(whole), socket.MSG_WAITALL) == whole

    line.theirs.sendall(whole * 2)
    for _ in range(2):
        frame = line.channel.receive(time.monotonic() + 20)
        assert (frame.nonce, bytes(frame.header), bytes(frame.body)) == (NONCE, b"header", b"body" + bytes(5000))


def test_what_ends_it(line: Line) -> None:
    """Silence, a byte before anything was asked, no frame at all, and nobody there."""
    assert line.fault(0.05) == "timeout"
    line.theirs.sendall(b"!" * 64)
    with pytest.raises(Fault) as caught:
        line.channel.expect_silence()
    assert caught.value.cause == "protocol"
    assert line.fault() == "protocol"


def test_a_closed_socket_is_no_deed(line: Line) -> None:
    """What the worker did its end says, not this."""
    line.theirs.close()
    assert line.fault() is None
    with pytest.raises(Fault) as caught:
        line.channel.expect_silence()
    assert caught.value.cause is None
    with pytest.raises(Fault) as caught:
        line.channel.send(encode_frame(NONCE, b"", [b""]), time.monotonic() + 20)
    assert caught.value.cause is None


def test_printing_without_end_ends_it(line: Line) -> None:
    """The pipes are read while the socket is waited for."""
    os.write(line.pipes[0][1], b"x" * 2000)
    assert line.fault(20) == "output"
    assert line.channel.printed.truncated is False
    assert line.channel.printed.too_much


def test_a_broken_limit_ends_it(line: Line) -> None:
    """It is looked at while nothing comes, and while bytes drip in and never are a frame."""
    with pytest.raises(Fault) as caught:
        line.channel.receive(time.monotonic() + 60, lambda: "cpu")
    assert caught.value.cause == "cpu"

    stopped = threading.Event()
    data = b"".join(map(bytes, encode_frame(NONCE, b"", [bytes(1 << 16)])))

    def drip() -> None:
        for at in range(len(data)):
            line.theirs.sendall(data[at : at + 1])
            if stopped.wait(0.001):
                return

    peer = threading.Thread(target=drip)
    peer.start()
    started_s = time.monotonic()
    try:
        with pytest.raises(Fault) as caught:
            line.channel.receive(started_s + 3600, lambda: "timeout" if time.monotonic() > started_s + 0.2 else None)
    finally:
        stopped.set()
        peer.join()
    assert caught.value.cause == "timeout"


def test_who_does_not_read_keeps_nobody_busy(line: Line) -> None:
    """A byte sent early must not have us go round and round until the other side takes what we send."""
    line.theirs.sendall(b"!")
    before_s = time.process_time()
    with pytest.raises(Fault) as caught:
        line.channel.send(encode_frame(NONCE, b"", [bytes(64 << 20)]), time.monotonic() + 1.5)
    assert caught.value.cause == "timeout"
    assert time.process_time() - before_s < 0.7
