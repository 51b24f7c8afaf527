"""The examiner's end of a worker's socket and pipes: whole frames out and in, within a time, whatever comes back."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Callable

from grader.errors import WireError
from grader.sandbox.death import Cause
from grader.sandbox.printed import Printed
from grader.wire import Decoder, RawFrame
from grader.wire.frame import Buffer

SOCKET_BYTES = 1 << 22
LOOK_S = 0.05

Look = Callable[[], Cause | None]


class Fault(Exception):
    """The conversation is over; `cause` is what the worker did, None where it closed its socket."""

    def __init__(self, cause: Cause | None) -> None:
        super().__init__(cause)
        self.cause = cause


class Channel:
    """One conversation. After a `Fault` it is of no more use but to be closed."""

    def __init__(self, sock: socket.socket, pipes: tuple[int, int], *, body_bytes: int, output_bytes: int) -> None:
        """
        Args:
            pipes: the reading ends of the worker's standard output and error.
            body_bytes: the longest body of a frame that is taken.
            output_bytes: how much the worker may print.
        """
        self._socket = sock
        self._decoder = Decoder(body_limit=body_bytes)
        sock.setblocking(False)
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BYTES)
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self.printed = Printed(pipes, self._poll, output_bytes)

    def expect_silence(self) -> None:
        """Make sure that nothing has come yet: a byte sent before the request answers nothing that was asked.

        Raises:
            Fault: something has.
        """
        try:
            piece = self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            raise Fault(None) from None
        raise Fault("protocol" if piece else None)

    def send(self, pieces: list[Buffer], deadline_s: float) -> None:
        """Send the pieces of a frame.

        Args:
            deadline_s: by `time.monotonic`.

        Raises:
            Fault: it does not take them.
        """
        views = [memoryview(each).cast("B") for each in pieces]
        while views:
            try:
                count = self._socket.sendmsg(views[:64])
            except BlockingIOError:
                # Not for what comes: a byte sent early would keep us awake.
                self._wait(select.POLLOUT, deadline_s, None)
                continue
            except OSError:
                raise Fault(None) from None
            while views and count >= len(views[0]):
                count -= len(views.pop(0))
            if count:
                views[0] = views[0][count:]

    def receive(self, deadline_s: float, look: Look | None = None) -> RawFrame:
        """Wait for one frame.

        Args:
            deadline_s: by `time.monotonic`.
            look: asked now and then whether the worker has broken a limit.

        Raises:
            Fault: none came, or what came is none.
        """
        while True:
            try:
                count = self._socket.recv_into(self._decoder.wanted())
            except BlockingIOError:
                self._wait(select.POLLIN, deadline_s, look)
                continue
            except OSError:
                raise Fault(None) from None
            if count == 0:
                raise Fault(None)
            try:
                frame = self._decoder.advance(count)
            except WireError as error:
                raise Fault("protocol") from error
            if frame is not None:
                return frame
            # One that never stops sending never lets us wait, where it is looked at otherwise.
            if time.monotonic() > deadline_s:
                raise Fault("timeout")
            if look is not None and (cause := look()) is not None:
                raise Fault(cause)

    def _wait(self, events: int, deadline_s: float, look: Look | None) -> None:
        """Wait for the socket, draining the pipes and watching the limits."""
        self._poll.modify(self._socket, events)
        while True:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                raise Fault("timeout")
            ready = self._poll.poll(min(left_s, LOOK_S) * 1000)
            if any(descriptor == self._socket.fileno() for descriptor, _ in ready):
                return
            if ready:
                self.printed.drain()
                if self.printed.too_much:
                    raise Fault("output")
            if look is not None and (cause := look()) is not None:
                raise Fault(cause)

    def close(self) -> None:
        """Take the last that was printed, and close."""
        self.printed.close()
        self._socket.close()
