"""The zygote: holds the public libraries, forks a jailed worker for every request, says how workers ended.

It never holds a secret and never sees a candidate's byte. One socket leads to the examiner; each packet on it is one
message. A worker inherits nothing of it but the imported libraries: the jail closes every other descriptor.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Iterable
from typing import NoReturn

from grader.errors import GraderError, IsolationError, SandboxError
from grader.jail.plan import JailPlan, Layer, Limits
from grader.jail.probe import default_plan, probe, tier_of
from grader.jail.worker import PreparedJail
from grader.jail.zygote import WorkerForker, build_root, enter_namespaces
from grader.model import Tier
from grader.wire import messages
from grader.worker import agent, large_pages, libraries, models

PACKET_BYTES = 64 * 1024
# Large pages pay for themselves after about a dozen workers: two or three submissions, not the only one of a command.
LARGE_PAGES_AFTER_WORKERS = 24


def boot(
    control: socket.socket, wanted: str, names: Iterable[str] = (), sources: Iterable[models.Source] = ()
) -> NoReturn:
    """Become the zygote of this socket and never return. Call it on one thread.

    Args:
        names: libraries that are still to be imported.
        sources: models that are still to be loaded.
        wanted: "best"; ">=C" for the best, which must be C or better; "=C" for just that tier.
    """
    try:
        libraries.import_libraries(names)
        models.load(sources)
        plan, missing = plan_for(wanted)
        _live(control, plan, missing)
    except GraderError as error:
        _confess(control, messages.Failed(-1, error.text.en, error.text.zh, isinstance(error, IsolationError)))
    except BaseException as error:
        _confess(control, messages.Failed(-1, f"{type(error).__name__}: {error}"))
    os._exit(0)


def _confess(control: socket.socket, fault: messages.Failed) -> NoReturn:
    with contextlib.suppress(OSError):  # whoever asked may be gone, and that is then what happened
        _send(control, fault)
    os._exit(3)


def plan_for(wanted: str) -> tuple[JailPlan, tuple[str, ...]]:
    """The jail for a wish as `boot` takes it, and the layers that this machine cannot add to it.

    Raises:
        IsolationError: the machine cannot grant the wish.
    """
    findings = probe()
    tier = tier_of(findings)
    if wanted.startswith("="):
        tier = Tier(wanted[1:])
    elif wanted.startswith(">="):
        least = Tier(wanted[2:])
        order = list(Tier)
        if order.index(tier) > order.index(least):
            tier = least  # refused below, in the words of the jail
    plan = default_plan(findings, tier=tier)
    return plan, tuple(layer.value for layer in Layer if layer not in plan.layers)


def _live(control: socket.socket, plan: JailPlan, missing: tuple[str, ...]) -> None:
    capability = libraries.cpu_capability()
    blocks = large_pages.blocks()
    enter_namespaces(plan)
    build_root(plan)
    if libraries.cpu_capability() != capability:
        raise SandboxError("the processor looks different inside the jail", "隔离环境内识别到的处理器能力与外面不同")
    gc.collect()
    gc.freeze()
    zygote = _Zygote(control, plan, blocks)
    layers = tuple(layer.value for layer in Layer if layer in plan.layers)
    _send(control, messages.Hello(plan.tier.value, layers, missing, capability))
    try:
        zygote.serve()
    finally:
        zygote.close()


class _Zygote:
    def __init__(self, control: socket.socket, plan: JailPlan, blocks: tuple[large_pages.Block, ...]) -> None:
        self._control = control
        self._plan = plan
        self._blocks = blocks
        self._forked = 0
        self._forker = WorkerForker(plan)
        self._jail: PreparedJail | None = None
        self._slots: dict[int, int] = {}  # pid -> slot
        self._pids: dict[int, int] = {}  # slot -> pid
        self._ended: dict[int, messages.Exited] = {}  # by slot
        self._asked: set[int] = set()

    def serve(self) -> None:
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            ready, _, _ = select.select([self._control.fileno(), wake_read], [], [])
            if wake_read in ready:
                os.read(wake_read, 4096)
                self._collect()
            if self._control.fileno() in ready:
                packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET_BYTES, 3)
                if not packet:
                    return
                request = messages.decode_zygote_request(packet)
                if isinstance(request, messages.Spawn):
                    self._spawn(request, descriptors)
                else:
                    self._reap(request.slot)

    def close(self) -> None:
        """Kill and reap what still lives, and remove what it left."""
        for pid in self._slots:
            os.kill(pid, signal.SIGKILL)
        for pid in list(self._slots):
            os.waitpid(pid, 0)
            self._forker.reaped(pid)
        self._forker.close()

    def _spawn(self, request: messages.Spawn, descriptors: list[int]) -> None:
        if self._forked == LARGE_PAGES_AFTER_WORKERS:
            large_pages.gather(self._blocks)
        self._forked += 1
        limits = Limits(
            memory_bytes=request.memory_bytes,
            cpu_s=request.cpu_s,
            processes=request.threads,
            scratch_bytes=request.scratch_bytes,
        )
        try:
            jail = self._jail = self._jail or PreparedJail(self._plan)
            pid = self._forker.fork()
        except (OSError, GraderError) as error:
            _send(self._control, messages.Failed(request.slot, str(error)))
            self._ended[request.slot] = messages.Exited(request.slot, 0, 0.0)  # for whoever asks how it ended
            pid = -1
        if pid == 0:
            self._become_worker(jail, descriptors, limits)
        for each in descriptors:
            os.close(each)
        if pid < 0:
            return
        self._slots[pid] = request.slot
        self._pids[request.slot] = pid
        handles = [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []
        _send(self._control, messages.Spawned(request.slot, pid), handles)
        for each in handles:
            os.close(each)

    def _become_worker(self, jail: PreparedJail, descriptors: list[int], limits: Limits) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            layers = jail.lock((descriptors[0], descriptors[1], descriptors[2]), limits)
            sock = socket.socket(fileno=3)
            sys.stdin = open(0)  # noqa: SIM115
            sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            sys.argv = [""]
            libraries.forget_places()
            agent.serve(sock, layers, libraries.cpu_capability())
        except BaseException as error:
            os.write(2, f"worker: {type(error).__name__}: {error}\n".encode()[:2000])
            os._exit(111)
        os._exit(0)

    def _collect(self) -> None:
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            slot = self._slots.pop(pid, None)
            if slot is None:
                self._forker.reaped(pid)
                continue
            self._pids.pop(slot, None)
            self._ended[slot] = messages.Exited(slot, status, used.ru_utime + used.ru_stime)
            self._tell(slot)
            self._forker.reaped(pid)  # last: nobody is to wait for what it left to be removed

    def _reap(self, slot: int) -> None:
        self._asked.add(slot)
        pid = self._pids.get(slot)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        self._collect()
        self._tell(slot)

    def _tell(self, slot: int) -> None:
        if slot in self._asked and slot in self._ended:
            self._asked.discard(slot)
            _send(self._control, self._ended.pop(slot))


def _send(control: socket.socket, message: messages.ZygoteReply, descriptors: list[int] | None = None) -> None:
    packet = messages.encode(message)
    if descriptors:
        socket.send_fds(control, [packet], descriptors)
    else:
        control.send(packet)
