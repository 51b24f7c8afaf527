"""Experiments in throw-away children: does the kernel really let us? Settings are not read, the thing is tried.

Each experiment returns, by name, the errno that it met: 0 where it worked. It must not know what follows from that.
"""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable

from grader.errors import SandboxError
from grader.jail import identity, landlock, libc, procfs, root, seccomp
from grader.jail.bpf import JUMP_EQUAL, NUMBER, assemble, choose, load, returns

Results = dict[str, int]
_GETPPID = {"x86_64": 110, "aarch64": 173}
_TRIED, _COVERED = "/usr/lib", "/tmp"


def attempt(results: Results, name: str, step: Callable[[], object]) -> bool:
    """Do one step and note how it went."""
    try:
        step()
    except OSError as error:
        results[name] = error.errno or -1
        return False
    results[name] = 0
    return True


TRIES = 3


def in_child(experiment: Callable[[Results], None]) -> Results:
    """Run an experiment in a forked child and return what it noted, even where it died half-way.

    One that was killed (for want of memory, say) has shown nothing about the machine, and is repeated: a tier must
    not be lost by accident.

    Raises:
        SandboxError: it was killed every time.
    """
    for _ in range(TRIES):
        results, status = _in_child(experiment)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            return results
    raise SandboxError("the probe of this machine is killed again and again", "对本机的探测进程一再被杀死")


def _in_child(experiment: Callable[[Results], None]) -> tuple[Results, int]:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # The child calls the kernel and exits; it takes no lock that another thread could have held.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            results: Results = {}
            try:
                experiment(results)
            finally:
                os.write(writing, repr(results).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    pairs = (item.split(": ") for item in text.strip("{}").split(", ") if item)
    return {name.strip("'"): int(number) for name, number in pairs}, status


def namespaces(results: Results, *, with_user: bool) -> None:
    """Try every namespace, a read-only copy of a mount, and a fresh procfs."""
    if with_user:
        uid, gid = os.getuid(), os.getgid()
        libc.prctl(libc.PR_SET_DUMPABLE, 1)  # or the files below belong to root
        if not attempt(results, "user", lambda: _own_user_namespace(uid, gid)):
            return
    if attempt(results, "mount", lambda: libc.unshare(libc.CLONE_NEWNS)):
        attempt(results, "private_root", _copy_of_a_mount)
    attempt(results, "net", lambda: libc.unshare(libc.CLONE_NEWNET))
    attempt(results, "ipc", lambda: libc.unshare(libc.CLONE_NEWIPC))
    attempt(results, "uts", lambda: libc.unshare(libc.CLONE_NEWUTS))
    attempt(results, "cgroup", lambda: libc.unshare(libc.CLONE_NEWCGROUP))
    if attempt(results, "pid", lambda: libc.unshare(libc.CLONE_NEWPID)) and results.get("mount") == 0:
        results |= in_child(_procfs)


def _procfs(results: Results) -> None:
    attempt(results, "procfs", _fresh_procfs)


def _own_user_namespace(uid: int, gid: int) -> None:
    libc.unshare(libc.CLONE_NEWUSER)
    procfs.write("self/setgroups", b"deny")
    procfs.write("self/uid_map", f"{uid} {uid} 1".encode())
    procfs.write("self/gid_map", f"{gid} {gid} 1".encode())


def _copy_of_a_mount() -> None:
    libc.mount("none", "/", None, root.MS_REC | root.MS_PRIVATE)
    os.close(root.clone_tree(_TRIED, root.ATTR_RDONLY))
    libc.mount("tmpfs", _COVERED, "tmpfs", 0, "size=64k")


def _fresh_procfs() -> None:
    libc.mount("proc", _COVERED, "proc", 0, "subset=pid")


def restrict_files(results: Results) -> None:
    """Try to take the sight of everything from oneself."""

    def step() -> None:
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(landlock.new_ruleset(landlock.abi()))
        try:
            os.listdir("/")
        except PermissionError:
            return
        raise OSError(-1, "not in force")

    attempt(results, "landlock", step)


def filter_calls(results: Results) -> None:
    """Try a filter of system calls: that getppid is answered with EPERM can only be its doing."""

    def step() -> None:
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        number = _GETPPID[libc.machine()]
        refused = choose(JUMP_EQUAL, number, returns(seccomp.REFUSE), returns(seccomp.ALLOW))
        seccomp.install(assemble(load(NUMBER) + refused))
        if os.getppid() != -1:
            raise OSError(-1, "not in force")

    attempt(results, "seccomp", step)


def reach_as(uid: int, paths: list[str]) -> Callable[[Results], None]:
    """An experiment: can these paths be read under another uid?"""

    def experiment(results: Results) -> None:
        def step() -> None:
            identity.become(uid)
            for path in paths:
                os.close(os.open(path, os.O_RDONLY))

        attempt(results, "reach", step)

    return experiment
