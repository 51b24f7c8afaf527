"""What the zygote puts on itself once its libraries are loaded, and how it forks workers that can lock themselves.

Called in this order: `enter_namespaces`, `build_root`, then one `WorkerForker` for the zygote's life. Everything here
runs trusted code only; `worker` has what happens in the forked child. It knows nothing of libraries or messages.
"""

from __future__ import annotations

import os
import secrets
import signal
from typing import NoReturn

from grader.errors import IsolationError, SandboxError
from grader.jail import identity, libc, procfs, root, slot
from grader.jail.plan import JailPlan, Layer
from grader.jail.scratch import ScratchParent

_OUTER = {
    Layer.USER_NS: libc.CLONE_NEWUSER,
    Layer.MOUNT_NS: libc.CLONE_NEWNS,
    Layer.PID_NS: libc.CLONE_NEWPID,
}


def _refused(what: str, error: OSError) -> IsolationError:
    return IsolationError(
        f"the isolation of the plan cannot be put on: {what}: {error}", f"无法建立计划中的隔离：{what}：{error}"
    )


def require_single_task() -> None:
    """Make sure that this process has one thread only.

    Raises:
        SandboxError: there are more; a fork would leave locks and pools without their owners.
    """
    if not procfs.is_single_task():
        raise SandboxError(
            "the zygote has more than one thread; a library has started one while it was loaded",
            "zygote 中有不止一个线程：某个库在加载时启动了线程",
        )


def enter_namespaces(plan: JailPlan) -> None:
    """Move this process into the namespaces of the plan.

    Where there are any, it returns in a forked child only; the caller's own process waits for that child, passes on
    how it ended as its exit status (128 + signal), and takes it along when it dies. Without any, it returns at once.

    Raises:
        IsolationError: the kernel refuses; the process must not go on.
        SandboxError: the process has more than one thread.
    """
    flags = 0
    for layer, flag in _OUTER.items():
        flags |= flag if layer in plan.layers else 0
    if not flags:
        return
    require_single_task()
    try:
        if Layer.USER_NS in plan.layers:
            _unshare_with_ids(flags)
        else:
            libc.unshare(flags)
        alive, parents_end = os.pipe()
        child = os.fork()
    except OSError as error:
        raise _refused("namespaces", error) from error
    if child:
        _pass_on(child, keep=parents_end)
    os.close(parents_end)
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.set_blocking(alive, False)
    try:
        os.read(alive, 1)
    except BlockingIOError:  # the parent lives and holds the other end
        os.close(alive)
    else:
        os._exit(1)


def _pass_on(child: int, keep: int) -> NoReturn:
    # Nothing may be held open here: the other end must see the zygote's sockets close when the child dies.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.closerange(3, keep)
    os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _unshare_with_ids(flags: int) -> None:
    """Unshare with a new user namespace, in which every id means what it means outside."""
    uid, gid = os.getuid(), os.getgid()
    ids = identity.my_worker_ids() if identity.may_change_ids() else None
    if ids is None:
        libc.prctl(libc.PR_SET_DUMPABLE, 1)  # or the files below would belong to root; `build_root` takes it back
        libc.unshare(flags)
        procfs.write("self/setgroups", b"deny")
        procfs.write("self/uid_map", f"{uid} {uid} 1".encode())
        procfs.write("self/gid_map", f"{gid} {gid} 1".encode())
        return
    extra = f"\n{ids.first} {ids.first} {ids.size}\n"
    # More than one id can only be mapped from outside of the new namespace.
    ready, say_ready = os.pipe()
    target = os.getpid()
    mapper = os.fork()
    if mapper == 0:
        code = 1
        try:
            os.close(say_ready)
            if os.read(ready, 1):
                procfs.write(f"{target}/uid_map", f"{uid} {uid} 1{extra}".encode())
                procfs.write(f"{target}/gid_map", f"{gid} {gid} 1{extra}".encode())
                code = 0
        finally:
            os._exit(code)
    os.close(ready)
    try:
        libc.unshare(flags & ~libc.CLONE_NEWPID)
        os.write(say_ready, b"x")
    finally:
        os.close(say_ready)
        _, status = os.waitpid(mapper, 0)
    if status:
        raise OSError("the ids of the user namespace could not be mapped")
    if flags & libc.CLONE_NEWPID:  # only now: the mapper's pid is one of the old namespace
        libc.unshare(libc.CLONE_NEWPID)


def build_root(plan: JailPlan) -> None:
    """Change to the private root of the plan, in which /proc is empty.

    Libraries must have been loaded before, and must have looked at the processor: some choose slower kernels for good
    when they cannot read /proc/cpuinfo.

    Raises:
        IsolationError: the kernel refuses; the process must not go on.
    """
    if not libc.supported():
        return
    try:
        procfs.remember()
        if Layer.PRIVATE_ROOT in plan.layers:
            root.build(plan.read_paths, plan.masked_paths)
        if Layer.NOT_DUMPABLE in plan.layers:
            libc.prctl(libc.PR_SET_DUMPABLE, 0)
    except OSError as error:
        raise _refused("private root", error) from error


class WorkerForker:
    """Forks workers, each with a pid namespace, a uid and a scratch folder of its own as far as the plan has them."""

    def __init__(self, plan: JailPlan) -> None:
        self._plan = plan
        self._count = 0
        self._ids: identity.IdRange | None = None
        self._self_pidfd = -1
        self._parent: ScratchParent | None = None
        self._names: dict[int, str] = {}
        self._removers: set[int] = set()
        try:
            if Layer.OTHER_UID in plan.layers:
                self._ids = identity.my_worker_ids()
                if self._ids is None:
                    raise OSError("no ids for workers")
                self._offset = secrets.randbelow(self._ids.size)
            if Layer.PID_NS in plan.layers:
                self._self_pidfd = os.pidfd_open(os.getpid())
            if Layer.PRIVATE_ROOT not in plan.layers:
                self._parent = ScratchParent(shared=self._ids is not None)
        except OSError as error:
            raise _refused("workers", error) from error

    def fork(self) -> int:
        """Fork a worker.

        Returns:
            as `os.fork`: 0 in the worker, its pid in the zygote.

        Raises:
            SandboxError: the zygote has more than one thread, or the kernel refuses.
        """
        if libc.supported():
            require_single_task()
        self._count += 1
        name = f"worker-{self._count}"
        uid = None if self._ids is None else self._ids.first + (self._offset + self._count) % self._ids.size
        own_namespace = self._self_pidfd >= 0
        try:
            scratch = None if self._parent is None else self._parent.make(name, uid)
            child_slot = slot.Slot(uid, scratch, None if own_namespace else os.getpid())
            pid = self._fork_apart() if own_namespace else os.fork()
        except OSError as error:
            raise _refused("fork", error) from error
        if pid == 0:
            slot.claim(child_slot)
        elif self._parent is not None:
            self._names[pid] = name
        return pid

    def _fork_apart(self) -> int:
        libc.unshare(libc.CLONE_NEWPID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid != 0:  # back to our own, or the next child would be born into a namespace whose first is dead
                libc.setns(self._self_pidfd, libc.CLONE_NEWPID)
        return pid

    def reaped(self, pid: int) -> None:
        """Remove what a worker has left. To be called for every child that `waitpid` has returned.

        Where it has left anything a child does that: a hundred thousand folders take longer to remove than anybody may
        wait for the next worker.
        """
        self._removers.discard(pid)
        name = self._names.pop(pid, None)
        if name is None or self._parent is None or self._parent.remove_if_empty(name):
            return
        remover = os.fork()
        if remover == 0:
            try:
                if libc.supported():
                    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
                self._parent.remove(name)
            finally:
                os._exit(0)
        self._removers.add(remover)

    def close(self) -> None:
        """Remove what is left when the zygote ends and all workers are dead."""
        for pid in self._removers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self._removers.clear()
        if self._parent is not None:
            self._parent.close()
            self._parent = None
