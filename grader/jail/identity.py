"""User ids: which are free for workers, how a user namespace maps them, and what is left of root afterwards.

A worker of a root zygote gets an id of its own, out of a range that no distribution hands out, so that RLIMIT_NPROC
counts one worker only and nothing on the machine belongs to it. It knows nothing of paths or system calls' filters.
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import NamedTuple

from grader.jail import libc, procfs

# Free in systemd's table of uid ranges (UIDS-GIDS): above container ranges, below the foreign range.
_FIRST_FREE = 1_879_048_192
_COUNT = 65_536

_CAP_SETGID, _CAP_SETUID, _CAP_SETPCAP, CAP_SYS_ADMIN = 6, 7, 8, 21
_CAPABILITY_VERSION_3 = 0x2008_0522


class IdRange(NamedTuple):
    """Ids `first` up to `first + size - 1`, users and groups alike, as seen from inside."""

    first: int
    size: int


def _extents(table: bytes) -> list[tuple[int, int]]:
    rows = (line.split() for line in table.splitlines())
    return [(int(inside), int(count)) for inside, _, count in rows]


def worker_ids(uid_map: bytes, gid_map: bytes) -> IdRange | None:
    """Choose ids for workers among those that exist here.

    Args:
        uid_map, gid_map: the contents of /proc/self/uid_map and gid_map.

    Returns:
        the preferred range; else the top 4096 ids of the widest range; None where only a few ids are mapped, as in a
        container of an ordinary user.
    """
    extents = set(_extents(uid_map)) & set(_extents(gid_map))
    if any(first <= _FIRST_FREE and first + count >= _FIRST_FREE + _COUNT for first, count in extents):
        return IdRange(_FIRST_FREE, _COUNT)
    first, count = max(extents, key=lambda extent: extent[1], default=(0, 0))
    return IdRange(first + count - 4097, 4096) if count >= 8192 else None


def my_worker_ids() -> IdRange | None:
    """`worker_ids` of the namespace that this process is in."""
    return worker_ids(procfs.read("self/uid_map"), procfs.read("self/gid_map"))


def effective_capabilities() -> int:
    """The effective capabilities of this process, as a bit set."""
    effective, _, _ = _capabilities()
    return effective


def may_change_ids() -> bool:
    """Whether this process may change to another uid and gid: CAP_SETUID and CAP_SETGID."""
    wanted = 1 << _CAP_SETUID | 1 << _CAP_SETGID
    return effective_capabilities() & wanted == wanted


def _capabilities() -> tuple[int, int, int]:
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    data = ctypes.create_string_buffer(24)
    libc.syscall("capget", header, data)
    low_e, low_p, low_i, high_e, high_p, high_i = struct.unpack("=6I", data.raw)
    return low_e | high_e << 32, low_p | high_p << 32, low_i | high_i << 32


def shrink_bounding_set() -> None:
    """Empty the bounding and the ambient set. Without CAP_SETPCAP the bounding set is not ours, and grants nothing."""
    if effective_capabilities() >> _CAP_SETPCAP & 1:
        for capability in range(64):
            try:
                libc.prctl(libc.PR_CAPBSET_DROP, capability)
            except OSError:  # EINVAL: past the last one that this kernel has
                break
    libc.prctl(libc.PR_CAP_AMBIENT, libc.PR_CAP_AMBIENT_CLEAR_ALL)


def drop_capabilities() -> None:
    """Give up every capability.

    Raises:
        OSError: one is left.
    """
    libc.syscall("capset", struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), bytes(24))
    if any(_capabilities()):
        raise OSError("capabilities are left after dropping all of them")


def become(uid: int) -> None:
    """Change to a uid and the gid of the same number, with no supplementary group and no way back.

    Raises:
        OSError: it is not possible, or something of the old identity is left.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid,) * 3 or os.getresgid() != (uid,) * 3 or os.getgroups():
        raise OSError("the old identity is still there after changing it")
