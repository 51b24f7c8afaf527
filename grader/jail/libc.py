"""The kernel's calls that Python does not offer, by number or through libc. Nothing here decides anything.

Importing it is safe on any system; calling it is for Linux on x86_64 and aarch64.
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import sys

CLONE_NEWNS = 0x0002_0000
CLONE_NEWCGROUP = 0x0200_0000
CLONE_NEWUTS = 0x0400_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000
CLONE_THREAD = 0x0001_0000

PR_SET_PDEATHSIG = 1
PR_GET_DUMPABLE = 3
PR_SET_DUMPABLE = 4
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

# name: (x86_64, aarch64)
_NUMBERS = {
    "capget": (125, 90),
    "capset": (126, 91),
    "pivot_root": (155, 41),
    "seccomp": (317, 277),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "close_range": (436, 436),
    "mount_setattr": (442, 442),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}


def machine() -> str:
    """The architecture under one name: `x86_64`, `aarch64`, or whatever else the system says."""
    name = platform.machine().lower()
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(name, name)


def supported() -> bool:
    """Whether the layers can be put on at all here: Linux, 64 bits, an architecture whose calls are known."""
    return sys.platform == "linux" and machine() in ("x86_64", "aarch64") and sys.maxsize > 2**32


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, name: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _word(argument: int | bytes | ctypes.Array[ctypes.c_char] | None) -> object:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def syscall(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make a system call that libc may not wrap.

    Raises:
        OSError: with the kernel's errno, and the name of the call in its message.
    """
    number = _NUMBERS[name][0 if machine() == "x86_64" else 1]
    return _checked(int(_libc().syscall(ctypes.c_long(number), *map(_word, arguments))), name)


def prctl(option: int, first: int = 0, second: int = 0) -> int:
    """`prctl(option, first, second, 0, 0)`."""
    words = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    return _checked(int(_libc().prctl(ctypes.c_int(option), *words)), "prctl")


def unshare(flags: int) -> None:
    """Leave the namespaces named by CLONE_NEW* flags."""
    _checked(int(_libc().unshare(ctypes.c_int(flags))), "unshare")


def setns(descriptor: int, flags: int) -> None:
    """Join the namespaces that a descriptor (a namespace file, or a pidfd) stands for."""
    _checked(int(_libc().setns(ctypes.c_int(descriptor), ctypes.c_int(flags))), "setns")


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """`mount(2)`."""
    result = _libc().mount(
        os.fsencode(source),
        os.fsencode(target),
        None if kind is None else kind.encode(),
        ctypes.c_ulong(flags),
        None if options is None else options.encode(),
    )
    _checked(int(result), f"mount {target}")


def detach(target: str) -> None:
    """Unmount lazily (`MNT_DETACH`)."""
    _checked(int(_libc().umount2(os.fsencode(target), ctypes.c_int(2))), f"umount {target}")


def set_host_name(name: bytes) -> None:
    """`sethostname(2)`."""
    _checked(int(_libc().sethostname(name, ctypes.c_size_t(len(name)))), "sethostname")


def out_of_the_way(descriptor: int) -> int:
    """Move a descriptor to a number that no worker will put a stream or its socket on."""
    moved = copy_out_of_the_way(descriptor)
    os.close(descriptor)
    return moved


def copy_out_of_the_way(descriptor: int) -> int:
    """As `out_of_the_way`, and leave the one that was given open."""
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 16)
