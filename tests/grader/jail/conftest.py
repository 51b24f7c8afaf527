"""Runs a piece of code in a jail: a forked zygote, a forked and locked worker, and back with what it said."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from grader.jail import libc, root, view
from grader.jail.findings import Findings
from grader.jail.plan import JailPlan, Layer, Limits
from grader.jail.probe import default_plan, probe
from grader.jail.tiers import tiers_of
from grader.jail.worker import PreparedJail
from grader.jail.zygote import WorkerForker, build_root, enter_namespaces
from grader.model import Tier

ORDINARY_USER = 64_321  # nobody has it
PATIENCE_S = 60
Body = Callable[[], object]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything that forks and locks needs Linux."""
    if not libc.supported():
        here = os.path.dirname(__file__)
        for item in items:
            if str(item.path).startswith(here) and "jailed" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason="needs Linux on x86_64 or aarch64"))


def plan_of(*layers: Layer, tier: Tier = Tier.E, extra: tuple[str, ...] = ()) -> JailPlan:
    """A plan with just these layers, for the running interpreter."""
    shown = view.read_paths(extra)
    return JailPlan(tier=tier, layers=frozenset(layers), read_paths=shown, masked_paths=view.masked_paths(shown))


def become_ordinary() -> None:
    """Be an ordinary user in a world where the interpreter is installed for everyone."""
    open_up_interpreter()
    os.setgroups([])
    os.setresgid(*[ORDINARY_USER] * 3)
    os.setresuid(*[ORDINARY_USER] * 3)
    libc.prctl(libc.PR_SET_DUMPABLE, 1)


def open_up_interpreter() -> None:
    """In a mount namespace of our own, take away what is closed above the interpreter."""
    wanted = {os.path.realpath(path) for path in (sys.prefix, sys.base_prefix)}
    project = str(Path(__file__).parents[3])
    wanted.add(project)
    closed = {parent for path in wanted for parent in map(str, Path(path).parents) if not os.stat(parent).st_mode & 1}
    outermost = {path for path in closed if not any(path.startswith(other + "/") for other in closed)}
    if not outermost:
        return
    libc.unshare(libc.CLONE_NEWNS)
    libc.mount("none", "/", None, root.MS_REC | root.MS_PRIVATE)
    for folder in outermost:
        trees = {path: root.clone_tree(path, 0) for path in wanted if path.startswith(folder + "/")}
        libc.mount("tmpfs", folder, "tmpfs", 0, "mode=0755")
        for path, tree in trees.items():
            os.makedirs(path)
            libc.syscall("move_mount", tree, b"", -100, os.fsencode(path), 4)
            os.close(tree)


class Place(NamedTuple):
    """A plan, and what the zygote does before it follows it."""

    plan: JailPlan
    before: Body | None


class Jail:
    """What a test may do with jails; kills what it started."""

    plan_of = staticmethod(plan_of)
    become_ordinary = staticmethod(become_ordinary)
    ordinary_user = ORDINARY_USER

    def __init__(self) -> None:
        self._started: list[int] = []

    def run(
        self,
        plan: JailPlan,
        body: Body,
        *,
        limits: Limits | None = None,
        before: Body | None = None,
        workers: int = 1,
    ) -> list[object]:
        """Lock `workers` workers one after the other and return what `body` returned in each.

        An exception comes back as its type's name and errno: `["PermissionError", 13]`; a worker that died as
        `["died", status]`, with the status as of `waitstatus_to_exitcode`.
        """
        pid, sock = self.start(plan, body, limits=limits, before=before, workers=workers)
        said = b""
        while part := sock.recv(65536):
            said += part
        os.waitpid(pid, 0)
        self._started.remove(pid)
        sock.close()
        return [json.loads(line) for line in said.splitlines()]

    def start(
        self,
        plan: JailPlan,
        body: Body,
        *,
        limits: Limits | None = None,
        before: Body | None = None,
        workers: int = 1,
    ) -> tuple[int, socket.socket]:
        """As `run`, without waiting: the pid of the outermost process, and the socket on which they speak."""
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE_S)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                _zygote(plan, body, limits or Limits(), before, workers, theirs)
            except BaseException as error:
                theirs.send(_line([type(error).__name__, str(error)]))
            finally:
                os._exit(1)
        theirs.close()
        self._started.append(pid)
        return pid, ours

    def kill(self, pid: int) -> None:
        """Kill the outermost process of what `start` started."""
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self._started.remove(pid)

    def close(self) -> None:
        for pid in list(self._started):
            self.kill(pid)


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _zygote(plan: JailPlan, body: Body, limits: Limits, before: Body | None, workers: int, sock: socket.socket) -> None:
    if before:
        before()
    enter_namespaces(plan)
    build_root(plan)
    jail = PreparedJail(plan)
    forker = WorkerForker(plan)
    for _ in range(workers):
        pid = forker.fork()
        if pid == 0:
            _worker(jail, body, limits, sock)
        _, status = os.waitpid(pid, 0)
        forker.reaped(pid)
        code = os.waitstatus_to_exitcode(status)
        if code:
            sock.send(_line(["died", code]))
    forker.close()
    os._exit(0)


def _worker(jail: PreparedJail, body: Body, limits: Limits, sock: socket.socket) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        jail.lock((sock.fileno(), null, null), limits)
        value = body()
    except BaseException as error:
        value = [type(error).__name__, getattr(error, "errno", None) or str(error)]
    os.write(3, _line(value))
    os._exit(0)


@pytest.fixture(scope="session")
def findings() -> Findings:
    return probe()


@pytest.fixture
def jailed() -> Iterator[Jail]:
    """Runs code in jails."""
    jail = Jail()
    yield jail
    jail.close()


@pytest.fixture
def as_root() -> None:
    """Skips where the tests do not run as root."""
    if os.geteuid() != 0:
        pytest.skip("needs root")


@pytest.fixture
def decoy() -> Iterator[int]:
    """The pid of a process outside, which nothing may reach."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process.pid
    process.kill()
    process.wait()


@pytest.fixture
def canary() -> Iterator[Path]:
    """A file outside that anybody may read, in a folder that anybody may pass."""
    folder = Path(tempfile.mkdtemp(prefix="canary-"))
    folder.chmod(0o755)
    path = folder / "hidden_tests.py"
    path.write_text("canary")
    path.chmod(0o644)
    yield path
    shutil.rmtree(folder)


@pytest.fixture(params=["A", "A as an ordinary user", "B", "C", "C as an ordinary user"])
def place(request: pytest.FixtureRequest, findings: Findings) -> Place:
    """Each tier that isolates files, as root and as an ordinary user."""
    tier, ordinary = Tier(request.param[0]), "ordinary" in request.param
    root_here = os.geteuid() == 0
    if ordinary and not root_here:
        pytest.skip("the tests already run as an ordinary user")
    if tier is Tier.B:
        if not root_here or not findings.other_uid.ok:
            pytest.skip("tier B needs root and ids for workers")
        # Where the interpreter's real path is closed to others, one that is installed for everyone is simulated.
        plan = default_plan(findings, tier=Tier.C)
        plan = msgspec.structs.replace(plan, tier=tier, layers=plan.layers | {Layer.OTHER_UID})
        return Place(plan, open_up_interpreter)
    if tier not in tiers_of(findings):
        pytest.skip(f"tier {tier} is not available here")
    plan = default_plan(findings, tier=tier)
    if ordinary:
        plan = msgspec.structs.replace(plan, layers=plan.layers - {Layer.OTHER_UID})
    return Place(plan, become_ordinary if ordinary else None)
