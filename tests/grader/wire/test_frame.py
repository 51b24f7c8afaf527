"""Frames: what was laid out comes back, and nothing that arrives can do more than be refused."""

from __future__ import annotations

import random
import struct
import tracemalloc

import pytest

from grader.errors import WireError
from grader.wire.frame import HEADER_LIMIT, MAGIC, NONCE_BYTES, PREFIX, Decoder, RawFrame, encode_frame

NONCE = bytes(range(NONCE_BYTES))
LIMIT = 4096


def joined(header: bytes = b"header", *buffers: bytes, nonce: bytes = NONCE) -> bytes:
    return b"".join(bytes(each) for each in encode_frame(nonce, header, buffers))


def feed(decoder: Decoder, data: bytes, piece: int = 1 << 20) -> list[RawFrame]:
    """Push bytes into a decoder, at most `piece` at a time, as a socket would."""
    frames = []
    while data:
        memory = decoder.wanted()
        count = min(len(memory), len(data), piece)
        memory[:count] = data[:count]
        data = data[count:]
        frame = decoder.advance(count)
        if frame is not None:
            frames.append(frame)
    return frames


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_a_frame_comes_back_however_it_was_cut(piece: int) -> None:
    """Nonce, header and body are the same, whether the bytes come one by one or at once."""
    (frame,) = feed(Decoder(body_limit=LIMIT), joined(b"head", b"body ", b"", b"and more"), piece)

    assert (frame.nonce, frame.header, bytes(frame.body)) == (NONCE, b"head", b"body and more")


@pytest.mark.parametrize(("header", "body"), [(b"", b""), (b"h", b""), (b"", b"b")])
def test_header_and_body_may_be_empty(header: bytes, body: bytes) -> None:
    """A frame without either is a frame all the same."""
    (frame,) = feed(Decoder(body_limit=LIMIT), joined(header, body))

    assert (frame.header, bytes(frame.body)) == (header, body)


def test_frames_follow_one_another() -> None:
    """A decoder starts over after each frame, and knows when it stands between two."""
    decoder = Decoder(body_limit=LIMIT)
    assert decoder.idle

    frames = feed(decoder, b"".join(joined(bytes([at]), bytes(at)) for at in range(5)))

    assert [frame.header for frame in frames] == [bytes([at]) for at in range(5)]
    assert decoder.idle
    feed(decoder, joined()[:1])
    assert not decoder.idle


def test_bodies_are_not_shared() -> None:
    """The memory of a frame belongs to whoever got it; the next frame does not write there."""
    decoder = Decoder(body_limit=LIMIT)
    (first,) = feed(decoder, joined(b"", b"first"))
    feed(decoder, joined(b"", b"other"))

    assert bytes(first.body) == b"first"


def test_the_body_is_not_copied() -> None:
    """The pieces to be written are the buffers that were given."""
    buffer = bytearray(b"large")

    assert encode_frame(NONCE, b"", [buffer, b""])[1:] == [buffer]
    assert encode_frame(NONCE, b"", [buffer])[1] is buffer


@pytest.mark.parametrize(("nonce", "header"), [(b"short", b""), (NONCE + b"x", b""), (NONCE, bytes(HEADER_LIMIT + 1))])
def test_what_would_not_be_read_is_not_written(nonce: bytes, header: bytes) -> None:
    """A nonce or a header of the wrong size is found by the writer already."""
    with pytest.raises(WireError):
        encode_frame(nonce, header)


def test_limits_are_exact() -> None:
    """A header and a body of just the limit pass; one byte more does not."""
    prefix = PREFIX.pack(MAGIC, NONCE, 8, LIMIT)
    assert feed(Decoder(body_limit=LIMIT, header_limit=8), prefix + bytes(8 + LIMIT))

    for header_bytes, body_bytes in ((9, 0), (0, LIMIT + 1)):
        with pytest.raises(WireError):
            feed(Decoder(body_limit=LIMIT, header_limit=8), PREFIX.pack(MAGIC, NONCE, header_bytes, body_bytes))


def test_a_wrong_start_is_refused() -> None:
    """Bytes that are no frame are refused once the prefix is there."""
    with pytest.raises(WireError):
        feed(Decoder(body_limit=LIMIT), b"HTTP" + bytes(PREFIX.size))


@pytest.mark.parametrize("announced", [(0, (1 << 64) - 1), ((1 << 32) - 1, 0), ((1 << 32) - 1, (1 << 64) - 1)])
def test_a_huge_announcement_takes_no_memory(announced: tuple[int, int]) -> None:
    """Sizes are held against the limits before memory is taken."""
    decoder = Decoder(body_limit=LIMIT)
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            feed(decoder, PREFIX.pack(MAGIC, NONCE, *announced))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak_bytes < 64 * LIMIT


def test_fuzz() -> None:
    """Thousands of damaged streams: each is a frame or a WireError, and none takes more memory than the limits."""
    random_ = random.Random(20240229)
    outcomes = {"frame": 0, "refused": 0, "waiting": 0}
    tracemalloc.start()
    try:
        for _ in range(4000):
            data = bytearray(joined(random_.randbytes(random_.randrange(40)), random_.randbytes(random_.randrange(80))))
            for _ in range(random_.randrange(4)):
                data[random_.randrange(min(len(data), 48))] = random_.randrange(256)
            if random_.random() < 0.2:
                struct.pack_into("<Q", data, 24, random_.choice([0, 1, LIMIT, LIMIT + 1, 1 << 40, (1 << 64) - 1]))
            if random_.random() < 0.3:
                del data[random_.randrange(len(data)) :]
            try:
                frames = feed(Decoder(body_limit=LIMIT), bytes(data), random_.choice([1, 3, 1 << 20]))
                outcomes["frame" if frames else "waiting"] += 1
            except WireError:
                outcomes["refused"] += 1
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert min(outcomes.values()) > 100
    assert peak_bytes < 2 * (HEADER_LIMIT + LIMIT) + (1 << 20)
