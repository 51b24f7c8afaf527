"""The examiner's end of the zygote: ask it for workers, hear how they ended.

Any thread may ask, one at a time; whoever waits hears for the others too.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from typing import Self

from grader.errors import IsolationError, SandboxError, WireError, ZygoteDied
from grader.model import Budget
from grader.sandbox.worker import Worker
from grader.wire import messages

PACKET_BYTES = 64 * 1024
# One thread: a parallel region in the zygote would leave its forks waiting for threads that they do not have.
THREAD_SETTINGS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
# The examiner ends a worker that has used up its CPU time, by the scheduler's exact account. The kernel's limit counts
# whole ticks, charged to whoever runs at them: on a busy machine it has been seen to kill at three quarters of what was
# allowed. So it stands higher, for a worker that nobody is waiting for.
KERNEL_CPU_FACTOR = 1.5
CLOSE_WALL_S = 5.0
ANSWER_WALL_S = 60.0  # far beyond what a fork takes on a machine that is busy; a hung zygote must not hang us


def clean_environment() -> dict[str, str]:
    """The whole environment of the processes behind the wall: nothing of the caller's own."""
    environment = dict.fromkeys(THREAD_SETTINGS, "1")
    environment.update(
        PATH="/usr/bin:/bin",
        LANG="C.UTF-8",
        LC_ALL="C.UTF-8",
        HOME="/tmp",
        HF_HUB_OFFLINE="1",
        TRANSFORMERS_OFFLINE="1",
        TOKENIZERS_PARALLELISM="false",
        PYTHONDONTWRITEBYTECODE="1",
    )
    return environment


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a socket on which every packet is one message, where the system has such sockets."""
    if sys.platform == "linux":
        return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return socket.socketpair()


def start_zygote(libraries: Iterable[str], wanted: str = "best", models: Iterable[str] = ()) -> Zygote:
    """Start a zygote in a fresh interpreter: minimal environment, isolated mode, nothing of ours in its memory.

    Args:
        wanted: the isolation, as `grader.worker.zygote.boot` takes it.
        models: what is to be loaded besides, as arguments that `grader.worker.models.split` takes back.
    """
    ours, theirs = socket_pair()
    command = [sys.executable, "-I", "-B", "-m", "grader.worker", str(theirs.fileno()), wanted, *libraries, *models]
    process = subprocess.Popen(
        command,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(theirs.fileno(),),
        cwd="/",
    )
    theirs.close()
    process.returncode = 0  # not true yet: `Zygote` waits for it by its number, and `Popen` is to leave it alone
    return Zygote(ours, process.pid)


class Zygote:
    """A zygote that is running. Close it, or use it as a context manager."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self._control = control
        self._pid = pid  # a child of ours
        self._slots = itertools.count()
        self._pending: dict[int, Worker] = {}
        self._ends: dict[int, messages.Exited] = {}
        self._unwanted: set[int] = set()
        self._failures: dict[int, SandboxError] = {}
        self._hello: messages.Hello | None = None
        self._conversation = threading.RLock()
        # Where a worker can send itself SIGKILL, the first one that went that way is taken to have been killed by
        # the machine. When it happens again, whoever grades sets this, and it is the worker's own doing.
        self.blames_workers = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def hello(self) -> messages.Hello:
        """What the zygote said of itself once it was in its jail; waits for it.

        Raises:
            IsolationError: the wanted tier cannot be had here.
            ZygoteDied: it did not get that far.
        """
        while self._hello is None:
            self._hear()
        return self._hello

    def spawn(self, budget: Budget) -> Worker:
        """Ask for a worker and return at once; forking and jailing go on meanwhile."""
        self.hello  # noqa: B018 (a zygote that cannot isolate must not be asked)
        slot = next(self._slots)
        ours, theirs = socket.socketpair()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        request = messages.Spawn(
            slot, budget.memory_bytes, KERNEL_CPU_FACTOR * budget.cpu_s, budget.threads, budget.scratch_bytes
        )
        with self._conversation:
            try:
                socket.send_fds(self._control, [messages.encode(request)], [theirs.fileno(), out_write, err_write])
            except OSError as error:
                ours.close()
                os.close(out_read)
                os.close(err_read)
                raise _died() from error
            finally:
                theirs.close()
                os.close(out_write)
                os.close(err_write)
            worker = self._pending[slot] = Worker(self, slot, budget, ours, (out_read, err_read))
        return worker

    def await_spawned(self, slot: int) -> None:
        """Wait until the worker of this slot has its pidfd.

        Raises:
            SandboxError: it could not be forked.
            ZygoteDied: the zygote is gone.
        """
        with self._conversation:
            while slot in self._pending:
                self._hear()
            if (failure := self._failures.pop(slot, None)) is not None:
                raise failure

    def reap(self, slot: int) -> messages.Exited:
        """Have the worker killed if it lives, and learn how it ended."""
        with self._conversation:
            self._ask(messages.Reap(slot))
            while slot not in self._ends:
                self._hear()
            return self._ends.pop(slot)

    def discard(self, slot: int) -> None:
        """Have the worker killed and reaped without waiting for it."""
        with self._conversation, contextlib.suppress(ZygoteDied):
            self._unwanted.add(slot)
            self._ask(messages.Reap(slot))
            while self._readable(0.0):
                self._hear()

    def close(self) -> None:
        """End the zygote and every worker with it."""
        if self._control.fileno() < 0:
            return
        self._control.close()
        deadline_s = time.monotonic() + CLOSE_WALL_S
        while time.monotonic() < deadline_s:
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(self._pid, os.WNOHANG) == (0, 0):
                    time.sleep(0.002)
                    continue
            return
        os.kill(self._pid, signal.SIGKILL)  # still our child: the number cannot have gone to another
        os.waitpid(self._pid, 0)

    def _ask(self, request: messages.ZygoteRequest) -> None:
        try:
            self._control.send(messages.encode(request))
        except OSError as error:
            raise _died() from error

    def _readable(self, wall_s: float) -> bool:
        if self._control.fileno() < 0:
            raise _died()
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        return bool(poll.poll(max(0.0, wall_s) * 1000))

    def _hear(self) -> None:
        deadline_s = time.monotonic() + ANSWER_WALL_S
        while not self._readable(deadline_s - time.monotonic()):
            if time.monotonic() >= deadline_s:
                raise ZygoteDied("the zygote does not answer", "zygote 进程没有回应")
        try:
            packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET_BYTES, 1)
        except OSError as error:
            raise _died() from error
        if not packet:
            raise _died()
        try:
            message = messages.decode_zygote_reply(packet)
        except Exception as error:
            raise WireError("the zygote's answer does not decode") from error
        self._take(message, descriptors)

    def _take(self, message: messages.ZygoteReply, descriptors: list[int]) -> None:
        if isinstance(message, messages.Hello):
            self._hello = message
        elif isinstance(message, messages.Spawned):
            self._pending.pop(message.slot).spawned(descriptors[0] if descriptors else None)
        elif isinstance(message, messages.Exited):
            if message.slot in self._unwanted:
                self._unwanted.discard(message.slot)
            else:
                self._ends[message.slot] = message
        elif message.slot < 0:
            kind = IsolationError if message.isolation else SandboxError
            raise kind(message.why, message.why_zh)
        else:
            self._pending.pop(message.slot, None)
            self._failures[message.slot] = SandboxError(
                f"no worker could be forked: {message.why}", f"无法创建 worker 进程：{message.why}"
            )


def _died() -> ZygoteDied:
    return ZygoteDied(
        "the zygote process is gone; nothing was graded wrongly, please run it again",
        "zygote 进程已不存在；不会产生错误的评分，请重新运行",
    )
