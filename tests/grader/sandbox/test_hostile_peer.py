"""A worker that is all lies: whatever arrives on its socket is a value, an observation of its death, or `Expired`."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from grader.model import Blocked, Budget, Call, Died, Raised, Returned, Unsupported
from grader.sandbox import Expired
from grader.sandbox.worker import Worker
from grader.wire import Decoder, encode_frame, messages, pack, receive_frame

# A tenth of a second for a call by the wall clock; replies of at most a megabyte and a bit.
BUDGET = Budget(call_wall_s=0.05, reply_bytes=1 << 16, output_bytes=1 << 16)
PATIENCE_WALL_S = 60.0  # a call that has not come back by then hangs
OBSERVATIONS = (Returned, Raised, Unsupported, Blocked, Died)
SCRIPTS = 100


class NoZygote:
    """What a worker asks of its zygote; the process that it would kill is a thread here."""

    blames_workers = True

    def reap(self, slot: int) -> messages.Exited:
        return messages.Exited(slot, 9)

    def await_spawned(self, slot: int) -> None:
        pass

    def discard(self, slot: int) -> None:
        pass


class Peer:
    """The other end: plays one seeded script of lies, a move for each request, in a thread of its own."""

    def __init__(self, seed: int, move: str = "") -> None:
        """
        Args:
            move: always this one.
        """
        self._only = move
        self._random = random.Random(seed)
        ours, self._socket = socket.socketpair()
        self._pipes = [os.pipe() for _ in range(2)]
        self.worker = Worker(NoZygote(), 0, BUDGET, ours, tuple(pipe[0] for pipe in self._pipes))  # type: ignore[arg-type]
        self._thread = threading.Thread(target=self._play, daemon=True)
        if not move and self._random.random() < 0.1:
            self._socket.send(self._random.randbytes(self._random.randrange(1, 80)))  # before anything was asked
        self._thread.start()

    def close(self) -> None:
        self.worker.kill()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        for _, end in self._pipes:
            os.close(end)

    def _play(self) -> None:
        moves = [getattr(self, name) for name in dir(type(self)) if name.startswith(self._only or "move_")]
        decoder = Decoder(body_limit=1 << 30)
        with contextlib.suppress(OSError):
            while (frame := receive_frame(self._socket, decoder)) is not None:
                move = self._honest if not self._only and self._random.random() < 0.3 else self._random.choice(moves)
                move(frame.nonce)

    def _reply(self, nonce: bytes) -> bytes:
        value = self._random.choice([1, [1, 2, {"k": 2.5}], "text", b"bytes" * 20, list(range(300))])
        packed = pack((value, None))
        done = messages.Done(len(packed.tree))
        return b"".join(encode_frame(nonce, messages.encode(done), packed.pieces))

    def _honest(self, nonce: bytes) -> None:
        self._socket.sendall(self._reply(nonce))

    def move_garbage(self, nonce: bytes) -> None:
        self._socket.sendall(self._random.randbytes(self._random.choice([1, 31, 32, 33, 5000])))

    def move_stale_nonce(self, nonce: bytes) -> None:
        self._socket.sendall(self._reply(self._random.choice([b"\0" * 16, nonce[::-1], os.urandom(16)])))

    def move_twice(self, nonce: bytes) -> None:
        self._socket.sendall(self._reply(nonce) * 2)

    def move_a_bit_more(self, nonce: bytes) -> None:
        self._socket.sendall(self._reply(nonce) + b"G")

    def move_truncated_and_silent(self, nonce: bytes) -> None:
        reply = self._reply(nonce)
        self._socket.sendall(reply[: self._random.randrange(len(reply))])

    def move_truncated_and_gone(self, nonce: bytes) -> None:
        self.move_truncated_and_silent(nonce)
        self._socket.shutdown(socket.SHUT_RDWR)

    def move_drip(self, nonce: bytes) -> None:
        pause_s = self._random.choice([0.0, 0.0005, 0.02])
        for byte in self._reply(nonce):
            self._socket.sendall(bytes([byte]))
            time.sleep(pause_s)

    def move_damaged(self, nonce: bytes) -> None:
        reply = bytearray(self._reply(nonce))
        for _ in range(self._random.randint(1, 4)):
            reply[self._random.randrange(20, len(reply))] = self._random.randrange(256)
        self._socket.sendall(reply)

    def move_huge(self, nonce: bytes) -> None:
        header, body = self._random.choice([(1 << 16, 1 << 20), (0xFFFF_FFFF, 0), (1, (1 << 64) - 1), (0, 1 << 30)])
        self._socket.sendall(b"GRW1" + nonce + header.to_bytes(4, "little") + body.to_bytes(8, "little"))

    def move_endless(self, nonce: bytes) -> None:
        """A frame of the largest size allowed, in pieces that always leave something to read."""
        size = BUDGET.reply_bytes + (1 << 20)
        self._socket.sendall(b"GRW1" + nonce + (0).to_bytes(4, "little") + size.to_bytes(8, "little"))
        for _ in range(size):
            self._socket.sendall(b"x")

    def move_wrong_message(self, nonce: bytes) -> None:
        wrong: list[Any] = [messages.Ready((), ""), messages.Begun(), messages.Done(-1), messages.Done(1 << 40)]
        wrong += [messages.Raised(("E",) * 1000, "m" * 50_000, ()), messages.Loaded(("f",))]
        self._socket.sendall(b"".join(encode_frame(nonce, messages.encode(self._random.choice(wrong)))))

    def move_deep(self, nonce: bytes) -> None:
        tree = b"\x93\xa1l\x91" * self._random.choice([10, 20, 2000]) + b"\xc0"
        self._socket.sendall(b"".join(encode_frame(nonce, messages.encode(messages.Done(len(tree))), [tree])))

    def move_flood(self, nonce: bytes) -> None:
        for _ in range(4):
            os.write(self._pipes[0][1], b"y" * 40_000)
        self._honest(nonce)

    def move_gone(self, nonce: bytes) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)

    def move_deaf(self, nonce: bytes) -> None:
        """Answer, and read nothing more for a while, whatever is sent."""
        self._honest(nonce)
        time.sleep(0.15)


def play(seed: int) -> set[str]:
    """Play one script to its end.

    Returns:
        How the worker died, if it did; the types of all observations.
    """
    seen: set[str] = set()
    peer = Peer(seed)
    large = random.Random(seed).random() < 0.1
    argument: Any = b"z" * (20 << 20) if large else 1  # more than a socket holds
    try:
        for _ in range(4):
            started_s = time.monotonic()
            observation = peer.worker.call(Call(target="function", name="f", function="f", arguments=(argument,)))
            assert time.monotonic() - started_s < PATIENCE_WALL_S
            assert isinstance(observation, OBSERVATIONS)
            seen.add(type(observation).__name__)
        if (died := peer.worker.died) is not None:
            seen.add(died.cause)
            with pytest.raises(Expired):
                peer.worker.request(messages.Begin(0))
    finally:
        peer.close()
    return seen


def rss_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_hostile_worker_hurts_nobody() -> None:
    """Seeded scripts of lies: no error of another kind, no hang, no memory that stays; and the dead stay dead."""
    seen: set[str] = set()
    half = SCRIPTS // 2
    for seed in range(half):
        seen |= play(seed)
    before_bytes = rss_bytes()
    for seed in range(half, SCRIPTS):
        seen |= play(seed)

    assert rss_bytes() - before_bytes < 16 << 20
    assert {"Returned", "Died", "protocol", "timeout", "output"} <= seen


def test_one_that_never_stops_sending_is_stopped() -> None:
    """The limit of a call holds for a reply that comes a byte at a time without a pause."""
    peer = Peer(0, "move_endless")
    try:
        started_s = time.monotonic()
        with pytest.raises(Expired):
            peer.worker.request(messages.Begin(0))
        assert time.monotonic() - started_s < PATIENCE_WALL_S
        assert peer.worker.died == Died("timeout")
    finally:
        peer.close()
