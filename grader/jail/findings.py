"""What a machine offers for isolation: one finding a feature. Plain data, for the plan and for `grader doctor`."""

from __future__ import annotations

import msgspec

from grader.model import Text


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One feature.

    Attributes:
        name: what it is called.
        ok: it is there and works.
        detail: what was found.
        remedy: what its owner may do about it; empty where it is there.
    """

    name: Text
    ok: bool
    detail: Text
    remedy: Text


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, from experiments in throw-away processes.

    The namespaces are meant as a worker would get them: with a user namespace where there is one, else as root.
    """

    system: Finding  # Linux on an architecture whose system calls are known
    root: Finding
    sys_admin: Finding  # CAP_SYS_ADMIN
    user_ns: Finding
    pid_ns: Finding
    mount_ns: Finding
    net_ns: Finding
    ipc_ns: Finding
    uts_ns: Finding
    cgroup_ns: Finding
    private_root: Finding  # detached, read-only copies of mounts
    procfs: Finding  # a fresh one; nice to know, not used
    other_uid: Finding  # ids for workers, and an interpreter that they may read inside of a private root
    other_uid_outside: Finding  # the same by the real paths
    landlock: Finding
    seccomp: Finding
    pidfd: Finding
    cgroup_v1: Finding  # nice to know, not used
    cgroup_v2: Finding  # nice to know, not used
    landlock_abi: int
    probe_s: float  # how long it took

    def rows(self) -> tuple[Finding, ...]:
        """Every finding, in reading order."""
        values = (getattr(self, name) for name in self.__struct_fields__)
        return tuple(value for value in values if isinstance(value, Finding))
