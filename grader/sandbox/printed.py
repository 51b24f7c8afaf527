"""What a worker prints: read as it comes, so that it never blocks; the first part is kept, the rest only counted."""

from __future__ import annotations

import os
import select

KEPT_BYTES = 64 * 1024


class Printed:
    """The reading ends of a worker's two pipes. Everything that comes out of them is untrusted."""

    def __init__(self, pipes: tuple[int, int], poll: select.poll, limit_bytes: int) -> None:
        """
        Args:
            poll: told of the pipes, and no longer once they are closed.
            limit_bytes: past this no more is read at a time.
        """
        self._pipes = list(pipes)
        self._poll = poll
        self._limit_bytes = limit_bytes
        self._kept = bytearray()
        self._taken_bytes = 0
        self._count = 0
        for pipe in pipes:
            os.set_blocking(pipe, False)
            poll.register(pipe, select.POLLIN)

    @property
    def text(self) -> str:
        return self._kept.decode("utf-8", errors="replace")

    def take(self) -> str:
        """The text, which is then no longer kept here."""
        text = self.text
        self._taken_bytes += len(self._kept)
        self._kept.clear()
        return text

    @property
    def truncated(self) -> bool:
        return self._count > self._taken_bytes + len(self._kept)

    @property
    def too_much(self) -> bool:
        return self._count > self._limit_bytes

    def drain(self) -> None:
        """Read what has come, without waiting."""
        for pipe in list(self._pipes):
            while True:
                try:
                    piece = os.read(pipe, 1 << 18)
                except BlockingIOError:
                    break
                if not piece:
                    self._poll.unregister(pipe)
                    self._pipes.remove(pipe)
                    os.close(pipe)
                    break
                self._count += len(piece)
                self._kept += piece[: KEPT_BYTES - len(self._kept)]
                if self.too_much:
                    break

    def close(self) -> None:
        """Read the last and close."""
        self.drain()
        for pipe in self._pipes:
            os.close(pipe)
        self._pipes.clear()
