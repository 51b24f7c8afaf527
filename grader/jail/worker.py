"""What a freshly forked worker puts on itself before it receives a byte of a submission.

Whatever can be computed beforehand is computed in the zygote, once. Every step is checked, and one that fails raises:
there is no worker with less than its plan. It must not know what the worker will then do.
"""

from __future__ import annotations

import importlib.machinery
import math
import os
import resource
import signal
import sys
import tempfile

from grader.errors import IsolationError
from grader.jail import identity, landlock, libc, procfs, root, seccomp, slot
from grader.jail.plan import JailPlan, Layer, Limits

RPC_DESCRIPTOR = 3
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_INNER = {
    Layer.MOUNT_NS: libc.CLONE_NEWNS,
    Layer.NET_NS: libc.CLONE_NEWNET,
    Layer.IPC_NS: libc.CLONE_NEWIPC,
    Layer.UTS_NS: libc.CLONE_NEWUTS,
    Layer.CGROUP_NS: libc.CLONE_NEWCGROUP,
}
# In a user namespace of ours the zygote and its other workers count, too.
_NEIGHBOURS = 32


class PreparedJail:
    """The part of the jail that is the same for every worker, made ready in the zygote; `lock` puts it on."""

    def __init__(self, plan: JailPlan) -> None:
        """Compile the filter and collect the rules.

        Args:
            plan: the plan that the zygote itself has followed.

        Raises:
            IsolationError: the plan asks for what the kernel does not have.
        """
        self._plan = plan
        self._has_private_root = Layer.PRIVATE_ROOT in plan.layers
        self._filter = b""
        self._outer_ruleset = -1
        self._readable: list[int] = []
        self._devices: list[int] = []
        self._neighbours = 0  # tasks that the kernel counts together with the worker's own
        if Layer.SECCOMP in plan.layers:
            self._filter = seccomp.program(libc.machine(), other_pids_visible=Layer.PID_NS not in plan.layers)
        if Layer.LANDLOCK in plan.layers:
            self._abi = landlock.abi()
            try:
                self._prepare_landlock()
                _look_around()
            except OSError as error:
                raise IsolationError(
                    f"the rules for files cannot be made: {error}", f"无法建立文件访问规则：{error}"
                ) from error
        if Layer.RLIMITS in plan.layers and Layer.OTHER_UID not in plan.layers and libc.supported():
            self._neighbours = _NEIGHBOURS if Layer.USER_NS in plan.layers else procfs.tasks_of(os.getuid())

    def _prepare_landlock(self) -> None:
        self._readable = [landlock.open_path(path) for path in self._plan.read_paths if os.path.exists(path)]
        self._devices = [landlock.open_path(path) for path in _DEVICES]
        if self._has_private_root:
            return
        # Nothing covers the masked paths here: a first ruleset, the same for all workers, goes around them.
        self._outer_ruleset = landlock.new_ruleset(self._abi)
        around = landlock.without(self._plan.read_paths, self._plan.masked_paths)
        landlock.allow_paths(self._outer_ruleset, self._abi, around, landlock.READ)
        for descriptor in self._devices:
            landlock.allow(self._outer_ruleset, self._abi, descriptor, landlock.DEVICE)

    def lock(self, keep_fds: tuple[int, int, int], limits: Limits) -> tuple[str, ...]:
        """Put on every layer of the plan that is a worker's own. In the forked child, before anything else.

        Afterwards descriptor 3 is the socket, 0 is /dev/null, 1 and 2 are the pipes, and no other one is open; the
        working directory, HOME and TMPDIR are the worker's scratch folder.

        Args:
            keep_fds: the socket to the examiner, and the writing ends of the pipes for stdout and stderr.
            limits: what this worker may use.

        Returns:
            the layers that are now in force, those of the zygote included, by name.

        Raises:
            IsolationError: a layer could not be put on; the worker must exit.
        """
        layers = self._plan.layers
        place = slot.mine()
        try:
            self._stand_alone(place, keep_fds)
            inner = 0
            for layer, flag in _INNER.items():
                inner |= flag if layer in layers else 0
            if inner:
                libc.unshare(inner)
            if Layer.UTS_NS in layers:
                libc.set_host_name(b"worker")
            scratch = self._enter_scratch(place, limits)
            scratch_descriptor = landlock.open_path(scratch) if Layer.LANDLOCK in layers else -1
            self._give_up_rights(place)
            if Layer.RLIMITS in layers:
                self._set_limits(limits)
            if libc.supported():
                # Changing credentials has cleared it; asked for again when nothing clears it any more.
                self._die_with_parent(place)
            self._shut(scratch_descriptor)
        except OSError as error:
            raise IsolationError(f"the worker cannot be isolated: {error}", f"无法隔离 worker：{error}") from error
        return tuple(sorted(layer.value for layer in layers))

    def _stand_alone(self, place: slot.Slot, keep_fds: tuple[int, int, int]) -> None:
        if libc.supported():
            self._die_with_parent(place)
        os.setsid()
        # Out of the way first: the descriptors that come in may be among those that are to be replaced.
        rpc, out, err = (libc.copy_out_of_the_way(descriptor) for descriptor in keep_fds)
        null = libc.out_of_the_way(os.open(os.devnull, os.O_RDONLY))
        for source, target in ((null, 0), (out, 1), (err, 2), (rpc, RPC_DESCRIPTOR)):
            os.dup2(source, target, inheritable=True)
        for descriptor in (rpc, out, err, null):
            os.close(descriptor)

    def _die_with_parent(self, place: slot.Slot) -> None:
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        if place.parent_pid is not None and os.getppid() != place.parent_pid:
            raise ProcessLookupError("the zygote has died")

    def _enter_scratch(self, place: slot.Slot, limits: Limits) -> str:
        if self._has_private_root:
            uid = os.getuid() if place.uid is None else place.uid
            root.mount_scratch(limits.scratch_bytes, limits.scratch_inodes, uid)
        scratch = root.SCRATCH if place.scratch is None else place.scratch
        os.chdir(scratch)
        os.environ.update(HOME=scratch, TMPDIR=scratch)
        tempfile.tempdir = None  # found again when first asked for
        return scratch

    def _give_up_rights(self, place: slot.Slot) -> None:
        if Layer.CAPABILITIES in self._plan.layers:
            identity.shrink_bounding_set()
        if place.uid is not None:
            identity.become(place.uid)
        if Layer.CAPABILITIES in self._plan.layers:
            identity.drop_capabilities()

    def _set_limits(self, limits: Limits) -> None:
        cpu_s = max(1, math.ceil(limits.cpu_s))
        # Soft equals hard: the first process of a pid namespace ignores the signal of a soft limit.
        values = {
            resource.RLIMIT_CPU: cpu_s,
            resource.RLIMIT_NOFILE: limits.files,
            resource.RLIMIT_FSIZE: limits.file_bytes,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_MEMLOCK: 0,
            resource.RLIMIT_NPROC: limits.processes + self._neighbours,
        }
        if sys.platform == "linux":
            values[resource.RLIMIT_MSGQUEUE] = 0
            values[resource.RLIMIT_SIGPENDING] = 256
            if limits.memory_bytes:
                # Not RLIMIT_DATA, which does not count shared anonymous memory.
                values[resource.RLIMIT_AS] = procfs.mapped_bytes() + limits.memory_bytes
        for limit, value in values.items():
            _, hard = resource.getrlimit(limit)
            if hard != resource.RLIM_INFINITY:
                value = min(value, hard)
            resource.setrlimit(limit, (value, value))

    def _shut(self, scratch_descriptor: int) -> None:
        layers = self._plan.layers
        if Layer.NO_NEW_PRIVS in layers:
            libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        if Layer.NOT_DUMPABLE in layers:
            libc.prctl(libc.PR_SET_DUMPABLE, 0)
        if Layer.LANDLOCK in layers:
            self._restrict_files(scratch_descriptor)
        if Layer.CLOSED_DESCRIPTORS in layers:
            if libc.supported():
                libc.syscall("close_range", RPC_DESCRIPTOR + 1, 0xFFFF_FFFF, 0)
            else:
                os.closerange(RPC_DESCRIPTOR + 1, os.sysconf("SC_OPEN_MAX"))
        if Layer.SECCOMP in layers:
            visible = Layer.PID_NS not in layers
            seccomp.install(seccomp.with_pid(self._filter, os.getpid()) if visible else self._filter)

    def _restrict_files(self, scratch_descriptor: int) -> None:
        ruleset = landlock.new_ruleset(self._abi)
        for descriptor in self._readable:
            landlock.allow(ruleset, self._abi, descriptor, landlock.READ)
        for descriptor in self._devices:
            landlock.allow(ruleset, self._abi, descriptor, landlock.DEVICE)
        landlock.allow(ruleset, self._abi, scratch_descriptor, landlock.SCRATCH)
        if self._outer_ruleset >= 0:
            # The same folder for every worker, so that the shared ruleset does not grow; `ruleset` says which part.
            parent = os.open("..", os.O_PATH | os.O_CLOEXEC, dir_fd=scratch_descriptor)
            landlock.allow(self._outer_ruleset, self._abi, parent, landlock.SCRATCH)
            landlock.restrict(self._outer_ruleset)
        landlock.restrict(ruleset)


def _look_around() -> None:
    """Let the import system list the folders that it searches: a worker may not list those around a masked path."""
    importlib.machinery.PathFinder.find_spec("a module that does not exist")
