"""Landlock: which files a process may still open, whoever it is. Kernel 5.13 and later.

A ruleset lists what stays allowed beneath some paths; everything else of what it handles is refused from then on. It
does not govern metadata (stat, chmod, chown, utime, xattr), which is why the system call filter does.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

from grader.jail import libc

_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _REFER, _TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
_ON_FILES = _WRITE_FILE | _READ_FILE | _TRUNCATE

# The right to execute is nowhere: loading a library does not need it.
READ = _READ_FILE | _READ_DIR
DEVICE = _READ_FILE | _WRITE_FILE
SCRATCH = READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER

_NET_ALL = 0b11  # bind and connect TCP, ABI 4
_SCOPE_ALL = 0b11  # abstract unix sockets and signals, ABI 6
_RULE_PATH_BENEATH = 1


def abi() -> int:
    """The version of Landlock that the kernel offers; 0 where there is none."""
    try:
        return libc.syscall("landlock_create_ruleset", None, 0, 1)
    except OSError:
        return 0


def _handled(version: int) -> int:
    count = 13 if version < 2 else 14 if version < 3 else 15 if version < 5 else 16
    return (1 << count) - 1


def new_ruleset(version: int, *, scoped: bool = True) -> int:
    """Start a ruleset that handles everything that this version can.

    Args:
        version: what `abi` said.
        scoped: also keep signals and abstract sockets inside, where the version can.

    Returns:
        its descriptor.
    """
    attributes = struct.pack("=QQQ", _handled(version), _NET_ALL, _SCOPE_ALL if scoped else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    return libc.out_of_the_way(libc.syscall("landlock_create_ruleset", attributes[:size], size, 0))


def open_path(path: str) -> int:
    """A descriptor that only names a file, for `allow`."""
    return libc.out_of_the_way(os.open(path, os.O_PATH | os.O_CLOEXEC))


def allow(ruleset: int, version: int, descriptor: int, rights: int) -> None:
    """Allow what is beneath a folder, or one file, named by an O_PATH descriptor."""
    if not os.path.isdir(descriptor):
        rights &= _ON_FILES
    rule = struct.pack("=Qi", rights & _handled(version), descriptor)
    libc.syscall("landlock_add_rule", ruleset, _RULE_PATH_BENEATH, rule, 0)


def allow_paths(ruleset: int, version: int, paths: Iterable[str], rights: int) -> None:
    """As `allow`, by path; those that do not exist are left out."""
    for path in paths:
        try:
            descriptor = open_path(path)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        try:
            allow(ruleset, version, descriptor, rights)
        finally:
            os.close(descriptor)


def restrict(ruleset: int) -> None:
    """Put the ruleset on the calling thread, and on all that it starts. Needs no_new_privs or CAP_SYS_ADMIN."""
    libc.syscall("landlock_restrict_self", ruleset, 0)


def without(paths: Iterable[str], masked: Iterable[str]) -> list[str]:
    """Split folders until none of them holds a masked path.

    A folder on the way to a masked path is replaced by its other entries, and can itself no longer be listed; the
    import system does not need to, once it has looked into it.

    Args:
        paths: absolute paths.
        masked: absolute paths to leave out.
    """
    hidden = {os.path.realpath(path) for path in masked}
    result: list[str] = []
    pending = [os.path.realpath(path) for path in paths]
    while pending:
        path = pending.pop()
        if path in hidden:
            continue
        if any(mask.startswith(path + "/") for mask in hidden):
            # A link inside leads to what is listed anyway, or to what is not meant to be seen.
            pending += [entry.path for entry in os.scandir(path) if not entry.is_symlink()]
        else:
            result.append(path)
    return sorted(result)
