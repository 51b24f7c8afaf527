"""One worker as the examiner holds it: requests out, replies in, clocks read, limits enforced, death explained."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from grader import timing
from grader.errors import ForeignError, SandboxError, WireError, WorkerLost
from grader.model import Budget, Call, Died, Observation, Returned, Unsupported
from grader.sandbox import accounts, claims
from grader.sandbox.channel import Channel, Fault, Look
from grader.sandbox.death import Cause, died_of, is_dead
from grader.wire import NONCE_BYTES, RawFrame, ValueLimits, encode_frame, messages, pack, unpack
from grader.wire.frame import Buffer

if TYPE_CHECKING:
    from grader.sandbox.zygote import Zygote

# A call is timed out by the kernel's account of its CPU time. One that only sleeps, or hardly gets to run on a busy
# machine, is given this many times its limit by the wall clock.
WALL_FACTOR = 2.0
READY_WALL_S = 60.0
END_WALL_S = 1.0  # from a closed socket to the end of the process

TREE_GROWTH = 100
KILLED = Died("signal", signal.SIGKILL)


class Usage(msgspec.Struct, frozen=True):
    """What one request cost, by the kernel's account and the examiner's clock."""

    cpu_s: float
    wall_s: float
    reply_bytes: int = 0  # about what the value that came back takes in memory


class Expired(Exception):
    """The worker is gone; `died` says how."""

    def __init__(self, died: Died) -> None:
        super().__init__(died.cause)
        self.died = died


class Worker:
    """One worker process. After it has died it answers nothing more: ask for another."""

    def __init__(self, zygote: Zygote, slot: int, budget: Budget, sock: socket.socket, pipes: tuple[int, int]) -> None:
        self._zygote = zygote
        self._slot = slot
        self._budget = budget
        self._channel = Channel(
            sock, pipes, body_bytes=budget.reply_bytes + (1 << 20), output_bytes=budget.output_bytes
        )
        self._pidfd: int | None = None
        self._grip = threading.Lock()  # on the pidfd: another thread may strike
        self._alive = True
        self.pid = 0
        self.layers: tuple[str, ...] = ()
        self.died: Died | None = None
        self.last = Usage(0.0, 0.0)
        self._started = Usage(0.0, time.monotonic())

    def spawned(self, pidfd: int | None) -> None:
        """Take in the pidfd; called by the zygote's end."""
        self._pidfd = pidfd
        if pidfd is not None:
            with contextlib.suppress(ProcessLookupError):  # gone already; its socket says so to whoever waits for it
                self.pid = accounts.pid_of(pidfd)

    def await_ready(self) -> None:
        """Wait until the worker is jailed.

        Raises:
            SandboxError: it did not get that far; nobody's code but ours has run in it.
        """
        self._zygote.await_spawned(self._slot)
        try:
            frame = self._receive(time.monotonic() + READY_WALL_S)
            ready = messages.decode_reply(frame.header)
        except (Expired, WireError) as error:
            raise SandboxError(
                f"a worker could not be jailed: {self.output.strip()[-500:] or error}",
                f"无法隔离 worker 进程：{self.output.strip()[-500:] or error}",
            ) from error
        if not isinstance(ready, messages.Ready):
            raise SandboxError("a worker started with the wrong word", "worker 进程的第一条消息不符合协议")
        if ready.capability != self._zygote.hello.capability:
            raise SandboxError("the processor looks different to a worker", "worker 进程识别到的处理器能力不一致")
        self.layers = ready.layers

    # ---- what it prints ----------------------------------------------------------------------------------------

    @property
    def output(self) -> str:
        """What it printed, the first part of it. Untrusted text."""
        self._channel.printed.drain()
        return self._channel.printed.text

    def take_output(self) -> str:
        """The same, once: what comes later follows on it."""
        self._channel.printed.drain()
        return self._channel.printed.take()

    @property
    def output_truncated(self) -> bool:
        return self._channel.printed.truncated

    # ---- requests ------------------------------------------------------------------------------------------------

    def request(
        self, message: messages.Request, pieces: Sequence[Buffer] = (), *, wall_s: float | None = None
    ) -> tuple[messages.Reply, memoryview]:
        """Send one request and wait for its reply.

        Args:
            pieces: the body.
            wall_s: the limit of this request; the budget's limit of a call by default.

        Raises:
            Expired: no valid reply came; the worker is dead.
        """
        if self.died is not None:
            self.last = Usage(0.0, 0.0)
            raise Expired(self.died)
        limit_s = self._budget.call_wall_s if wall_s is None else wall_s
        self._started = Usage(self.cpu_s(), time.monotonic())
        nonce = os.urandom(NONCE_BYTES)
        frame = encode_frame(nonce, messages.encode(message), pieces)
        try:
            self._channel.expect_silence()
            self._channel.send(frame, self._started.wall_s + limit_s * WALL_FACTOR)
        except Fault as fault:
            self._condemn(fault.cause)
        started = self._started
        reply = self._receive(time.monotonic() + limit_s * WALL_FACTOR, lambda: self._over(started.cpu_s + limit_s))
        self.last = Usage(self.cpu_s() - started.cpu_s, time.monotonic() - started.wall_s)
        if reply.nonce != nonce:
            self._condemn("protocol")
        try:
            return messages.decode_reply(reply.header), memoryview(reply.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._condemn("protocol")

    def _receive(self, deadline_s: float, look: Look | None = None) -> RawFrame:
        try:
            return self._channel.receive(deadline_s, look)
        except Fault as fault:
            self._condemn(fault.cause)

    def _over(self, call_cpu_s: float) -> Cause | None:
        """The limit of CPU time that is used up, if one is: that of this call, or the worker's own."""
        used_s = self.cpu_s()
        if used_s > call_cpu_s:
            return "timeout"
        return "cpu" if used_s > self._budget.cpu_s else None

    def call(
        self, call: Call, *, limits: ValueLimits | None = None, begin: int | None = None, wall_s: float | None = None
    ) -> Observation:
        """Make one call across the wall. A death is an observation too; ask `died` whether the worker still lives.

        Args:
            begin: the seed of the scene that starts with this call.
            wall_s: how long it may take; the budget's usual limit where none is given.
        """
        limits = limits or ValueLimits(array_bytes=self._budget.reply_bytes)
        packed = pack((call.arguments, call.keywords))
        request = messages.Invoke(
            target=call.target,
            name=call.name,
            receiver=call.receiver.number if call.receiver else -1,
            no_grad=call.no_grad,
            echo=call.echo,
            tree_bytes=len(packed.tree),
            reply_tree_bytes=limits.tree_bytes,
            reply_array_bytes=limits.array_bytes,
            begin=begin,
        )
        try:
            reply, body = self.request(request, packed.pieces, wall_s=wall_s)
            return self._observe(reply, body, limits.tree_bytes, echo=call.echo)
        except Expired as error:
            return error.died

    def _observe(self, reply: messages.Reply, body: memoryview, tree_limit: int, *, echo: bool) -> Observation:
        if isinstance(reply, messages.Done):
            if reply.tree_bytes > tree_limit:
                self._condemn("protocol")
            try:
                value, after = self.unpack(reply.tree_bytes, body)
            except ForeignError as error:
                return Unsupported(str(error))
            except (WireError, ValueError, TypeError, RuntimeError):
                self._condemn("protocol")
            if after is not None and not echo:
                self._condemn("protocol")
            # As objects of ours a byte of the tree becomes up to a hundred; this is what keeping the value takes.
            self.last = msgspec.structs.replace(self.last, reply_bytes=len(body) + TREE_GROWTH * reply.tree_bytes)
            return Returned(value, after)
        if isinstance(reply, messages.Raised):
            return claims.raised(reply)
        if isinstance(reply, messages.Unsupported):
            return claims.unsupported(reply)
        if not isinstance(reply, messages.Blocked):
            self._condemn("protocol")
        return claims.blocked(reply)

    def unpack(self, tree_bytes: int, body: memoryview) -> Any:
        """Rebuild the value of a reply; references come back as `HandleRef`."""
        split = len(body) - tree_bytes
        if not split >= 0:
            raise WireError("a reply announces more bytes than came")
        value = unpack(bytes(body[split:]), body[:split])
        if not isinstance(value, tuple | list) or len(value) != 2:
            raise WireError("a reply has the wrong form")
        return value

    # ---- clocks and accounts ---------------------------------------------------------------------------------------

    def cpu_s(self) -> float:
        """CPU time so far by the kernel's clock; 0 where it cannot be read."""
        if self._pidfd is None or not self._alive:
            return 0.0
        try:
            return timing.cpu_seconds(self.pid)
        except ProcessLookupError:
            return 0.0

    def settled_cpu_s(self) -> float:
        """The same once it is stopped and off its core: until then the kernel's account lags behind by up to a tick."""
        if self._pidfd is None or not self._alive:
            return 0.0
        try:
            return timing.settled_cpu_seconds(self.pid)
        except ProcessLookupError:
            return 0.0

    def memory(self) -> accounts.Memory:
        """Resident memory now and at its peak, by the kernel's account."""
        return accounts.memory_of(self.pid) if self._alive else accounts.Memory(0, 0, 0)

    def forget_peak(self) -> bool:
        """Have the kernel measure the peak from now on, where it lets us."""
        return accounts.forget_peak(self.pid)

    # ---- stop, go, end ---------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop it. Where a timer of its own sets it going again, what it then uses shows on its clock."""
        self._signal(signal.SIGSTOP)

    def go(self) -> None:
        self._signal(signal.SIGCONT)

    def strike(self) -> None:
        """Have it die, and no more: any thread may, while another holds a conversation with it."""
        self._signal(signal.SIGKILL)

    def kill(self) -> None:
        """End it and forget it, without waiting."""
        if self._alive:
            self._alive = False
            self.died = self.died or KILLED
            self._signal_raw(signal.SIGKILL)
            try:
                with contextlib.suppress(SandboxError):
                    self._zygote.await_spawned(self._slot)
                self._zygote.discard(self._slot)
            finally:
                self._close()

    def _signal(self, number: signal.Signals) -> None:
        if self._alive:
            self._signal_raw(number)

    def _signal_raw(self, number: signal.Signals) -> None:
        with self._grip, contextlib.suppress(ProcessLookupError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, number)

    def _close(self) -> None:
        self._channel.close()
        with self._grip:
            if self._pidfd is not None:
                os.close(self._pidfd)
                self._pidfd = None

    def _condemn(self, cause: Cause | None) -> NoReturn:
        """Kill it, learn how it ended, and raise.

        Args:
            cause: what it did; None where it went of its own accord and its status says what happened.

        Raises:
            Expired: always, but
            WorkerLost: where it was killed neither by us nor by a limit of its own.
        """
        was_dead = cause is None and self._pidfd is not None and is_dead(self._pidfd, within_s=END_WALL_S)
        self._signal_raw(signal.SIGKILL)
        self._alive = False
        try:
            ended = self._zygote.reap(self._slot)
        finally:
            self._close()
        self.last = Usage(max(0.0, ended.cpu_s - self._started.cpu_s), time.monotonic() - self._started.wall_s)
        self.died = died_of(ended, self._budget, was_dead=was_dead) if cause is None else Died(cause)
        if self.died == KILLED and not self._zygote.blames_workers:
            raise WorkerLost(
                "a worker was killed by someone else (SIGKILL), perhaps because the machine is short of memory",
                "某个 worker 进程被外部杀死（SIGKILL），可能是因为机器内存不足",
            )
        raise Expired(self.died)
