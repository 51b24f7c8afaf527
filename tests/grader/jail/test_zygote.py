"""The zygote's own part: how its end is passed on, that nothing outlives it, and that it forks from one thread only."""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
import threading
import time

import pytest

from grader.errors import IsolationError, SandboxError
from grader.jail import slot
from grader.jail.experiments import Results, in_child
from grader.jail.plan import JailPlan, Layer
from grader.jail.zygote import WorkerForker, enter_namespaces
from grader.model import Tier

NAMESPACES = (Layer.USER_NS, Layer.PID_NS, Layer.MOUNT_NS)


@pytest.fixture(autouse=True)
def with_namespaces(findings) -> None:
    """Skips where there are none."""
    if not (findings.user_ns.ok and findings.pid_ns.ok):
        pytest.skip("needs user and pid namespaces")


def status_of(jailed, step, *layers: Layer) -> int:
    """The exit code of a process that enters namespaces and does a step there."""
    plan = jailed.plan_of(*layers)
    pid = os.fork()
    if pid == 0:
        try:
            enter_namespaces(plan)
            step()
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("code", [0, 3])
def test_the_exit_status_is_passed_on(jailed, code: int) -> None:
    """Who waits for the process that it started learns how the zygote inside ended."""
    assert status_of(jailed, lambda: os._exit(code), *NAMESPACES) == code


def test_a_death_by_signal_is_passed_on(jailed) -> None:
    """As shells do: 128 and the number of the signal.

    The first process of a pid namespace does not hear its own SIGABRT; what comes after that kills it.
    """

    def step() -> None:
        faulthandler.disable()
        os.abort()

    assert status_of(jailed, step, *NAMESPACES) == 128 + signal.SIGSEGV
    assert status_of(jailed, step, Layer.USER_NS) == 128 + signal.SIGABRT


def test_the_zygote_is_first_in_its_namespace(jailed) -> None:
    """Its pid there is 1, and its parent is out of sight."""
    assert status_of(jailed, lambda: os._exit(os.getpid() * 10 + os.getppid()), *NAMESPACES) == 10


def test_without_namespaces_nothing_is_forked(jailed) -> None:
    """The caller itself goes on."""
    parent = os.getpid()
    assert status_of(jailed, lambda: os._exit(7 if os.getppid() == parent else 8), Layer.LANDLOCK) == 7


@pytest.mark.parametrize("layers", [NAMESPACES, (Layer.NO_NEW_PRIVS,)])
def test_workers_die_with_the_outermost_process(jailed, layers: tuple[Layer, ...]) -> None:
    """Killing the process that was started leaves no worker behind, also where there is no pid namespace."""

    def body() -> None:
        os.write(3, b"ready\n")
        time.sleep(600)

    pid, sock = jailed.start(jailed.plan_of(*layers), body)
    assert sock.recv(6) == b"ready\n"
    jailed.kill(pid)
    assert sock.recv(1) == b""  # every holder of the other end is gone
    sock.close()


def test_a_daemon_dies_with_its_worker(jailed) -> None:
    """Where forking were possible, a grandchild in a session of its own goes when the worker is killed."""
    ours, theirs = socket.socketpair()
    ours.settimeout(60)

    def body() -> None:
        reading, writing = os.pipe()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                theirs.send(b"daemon")
                os.write(writing, b".")
                time.sleep(600)
            os._exit(0)
        os.read(reading, 1)
        os._exit(0)  # the worker ends, the daemon would stay

    jailed.run(jailed.plan_of(*NAMESPACES), body)
    theirs.close()
    assert ours.recv(6) == b"daemon"
    assert ours.recv(1) == b""
    ours.close()


def test_a_second_thread_is_refused(jailed) -> None:
    """A fork of a process with threads would leave locks and pools without owners."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with pytest.raises(SandboxError):
            enter_namespaces(jailed.plan_of(*NAMESPACES))
    finally:
        stop.set()
        thread.join()


def test_only_forked_workers_have_a_slot() -> None:
    """A process that is not a worker cannot lock itself by mistake."""
    with pytest.raises(IsolationError):
        slot.mine()


def test_what_a_worker_leaves_holds_nobody_up() -> None:
    """A child removes it, where there is anything; the zygote goes on forking, and at the end nothing is left."""
    plan = JailPlan(tier=Tier.E, layers=frozenset(), read_paths=())

    def experiment(results: Results) -> None:
        forker = WorkerForker(plan)
        for leaves in (0, 3):
            worker = forker.fork()
            if worker == 0:
                for number in range(leaves):
                    os.mkdir(os.path.join(slot.mine().scratch or "", str(number)))
                os._exit(0)
            os.waitpid(worker, 0)
            forker.reaped(worker)
            removers = set(forker._removers)
            results[f"children for {leaves}"] = len(removers)
            for pid in removers:
                results["it went well"] = os.waitpid(pid, 0)[1]
                forker.reaped(pid)
            results[f"left of {leaves}"] = len(os.listdir(forker._parent.path))  # type: ignore[union-attr]
        worker = forker.fork()
        if worker == 0:
            os.mkdir(os.path.join(slot.mine().scratch or "", "x"))
            os._exit(0)
        os.waitpid(worker, 0)
        forker.reaped(worker)
        path = forker._parent.path  # type: ignore[union-attr]
        forker.close()  # with a child that is at it, or has done it
        results["at the end"] = int(os.path.exists(path))

    assert in_child(experiment) == {
        "children for 0": 0,
        "left of 0": 0,
        "children for 3": 1,
        "it went well": 0,
        "left of 3": 0,
        "at the end": 0,
    }


def test_refusal_by_the_kernel_is_an_error(jailed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes on without its namespaces."""

    def refuse(_: int) -> None:
        raise OSError(1, "refused")

    monkeypatch.setattr("grader.jail.libc.unshare", refuse)
    monkeypatch.setattr("grader.jail.procfs.is_single_task", lambda: True)
    monkeypatch.setattr("grader.jail.identity.may_change_ids", lambda: False)
    with pytest.raises(IsolationError) as caught:
        enter_namespaces(jailed.plan_of(*NAMESPACES))
    assert caught.value.text.zh != caught.value.text.en
