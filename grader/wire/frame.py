"""Frames: a fixed prefix, a short typed header, a body of raw bytes.

    magic 4 | nonce 16 | header length u32 | body length u64 | header | body        (little-endian)

The nonce of a request comes back in its reply, so that a reply written in advance, or twice, is found out.
The decoder does no input or output of its own: it says which memory to fill next.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from grader.errors import WireError

MAGIC = b"GRW1"
NONCE_BYTES = 16
HEADER_LIMIT = 64 * 1024
PREFIX = struct.Struct("<4s16sIQ")

Buffer = bytes | bytearray | memoryview


class RawFrame:
    """A frame as it arrived: nonce, undecoded header, body."""

    __slots__ = ("body", "header", "nonce")

    def __init__(self, nonce: bytes, header: bytes, body: bytearray) -> None:
        self.nonce = nonce
        self.header = header
        self.body = body


def encode_frame(nonce: bytes, header: bytes, buffers: Sequence[Buffer] = ()) -> list[Buffer]:
    """Lay out one frame as the pieces to be written in order, without copying the body.

    Raises:
        WireError: the nonce or the header has the wrong size.
    """
    if len(nonce) != NONCE_BYTES or len(header) > HEADER_LIMIT:
        raise WireError("a frame to be sent has a nonce or a header of the wrong size")
    sizes = [memoryview(each).nbytes for each in buffers]
    head = PREFIX.pack(MAGIC, nonce, len(header), sum(sizes)) + header
    return [head, *(each for each, size in zip(buffers, sizes, strict=True) if size)]


class Decoder:
    """Takes one frame after another out of a stream of bytes, with sizes capped before memory is taken.

    Call `wanted` for the memory to fill, `advance` with the number of bytes written there.
    """

    def __init__(self, *, body_limit: int, header_limit: int = HEADER_LIMIT) -> None:
        self.body_limit = body_limit
        self._header_limit = header_limit
        self._restart()

    def _restart(self) -> None:
        self._stage = 0
        self._nonce = b""
        self._header = b""
        self._body_bytes = 0
        self._expect(PREFIX.size)

    def _expect(self, count: int) -> None:
        self._memory = bytearray(count)
        self._filled = 0

    @property
    def idle(self) -> bool:
        """Whether no byte of a next frame has arrived."""
        return self._stage == 0 and self._filled == 0

    def wanted(self) -> memoryview:
        return memoryview(self._memory)[self._filled :]

    def advance(self, count: int) -> RawFrame | None:
        """Note that `count` bytes were written into the wanted memory.

        Returns:
            A frame once it is whole, else None.

        Raises:
            WireError: the bytes are no frame, or announce more than the limits allow.
        """
        self._filled += count
        while self._filled == len(self._memory):
            frame = self._complete()
            if frame is not None:
                return frame
            if self._filled < len(self._memory):
                break
        return None

    def _complete(self) -> RawFrame | None:
        if self._stage == 0:
            magic, self._nonce, header_bytes, self._body_bytes = PREFIX.unpack(self._memory)
            if magic != MAGIC:
                raise WireError("the stream does not start with a frame")
            if header_bytes > self._header_limit or self._body_bytes > self.body_limit:
                raise WireError("a frame announces more bytes than allowed")
            self._stage = 1
            self._expect(header_bytes)
            return None
        if self._stage == 1:
            self._header = bytes(self._memory)
            self._stage = 2
            self._expect(self._body_bytes)
            return None
        frame = RawFrame(self._nonce, self._header, self._memory)
        self._restart()
        return frame
