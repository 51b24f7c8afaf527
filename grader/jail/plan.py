"""What the wall is to be made of: layers, limits, paths. Plain data that crosses from the examiner to the zygote.

It must not know how a layer is put on, nor what this machine offers; `probe` knows the second, `zygote` and `worker`
the first.
"""

from __future__ import annotations

import enum

import msgspec

from grader.model import Tier


class Layer(enum.StrEnum):
    """One thing that holds by itself. A worker that cannot put on a layer of its plan never runs a submission."""

    USER_NS = "user namespace"
    PID_NS = "pid namespace"
    MOUNT_NS = "mount namespace"
    NET_NS = "network namespace"
    IPC_NS = "ipc namespace"
    UTS_NS = "uts namespace"
    CGROUP_NS = "cgroup namespace"
    PRIVATE_ROOT = "private root"
    OTHER_UID = "other uid"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"
    CAPABILITIES = "no capabilities"
    NO_NEW_PRIVS = "no new privileges"
    NOT_DUMPABLE = "not dumpable"
    RLIMITS = "rlimits"
    CLOSED_DESCRIPTORS = "closed descriptors"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker may use. Every limit is hard; the wall clock is the examiner's affair."""

    memory_bytes: int = 1 << 30  # address space over what the zygote has mapped; 0 is no limit
    cpu_s: float = 120.0  # rounded up to whole seconds
    processes: int = 64  # threads, the first one counted
    files: int = 256  # open descriptors
    file_bytes: int = 64_000_000  # the largest single file, memfds included
    scratch_bytes: int = 64 << 20  # the private file system of the worker; not enforced without a mount namespace
    scratch_inodes: int = 4096  # as above


class JailPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The layers to put on, and what stays visible.

    Attributes:
        read_paths: files and folders that stay readable, absolute, at the same place as outside.
        masked_paths: what is inside of `read_paths` and still is never visible: the grader's own distribution.
    """

    tier: Tier
    layers: frozenset[Layer]
    read_paths: tuple[str, ...]
    masked_paths: tuple[str, ...] = ()
