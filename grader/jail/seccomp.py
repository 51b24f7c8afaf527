"""The system call filter: what a worker may still ask of the kernel, on x86_64 and aarch64.

A deny-list: names and paths are already out of reach when it is put on, and what remains here are the calls that reach
other processes, the network, a new program, metadata of files (which Landlock does not govern), the scheduler, and the
parts of the kernel with the most history of holes. Numbers of calls that did not exist when it was written are
answered as an old kernel would. It must not know how the other layers are put on.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from grader.jail import libc
from grader.jail.bpf import (
    AND,
    ARCHITECTURE,
    JUMP_ANY_BIT,
    JUMP_EQUAL,
    JUMP_GREATER_EQUAL,
    NUMBER,
    Code,
    argument,
    assemble,
    choose,
    load,
    one_of,
    returns,
    search,
)
from grader.jail.syscalls import DENIED, EXAMINED, FIRST_UNKNOWN

ALLOW = 0x7FFF_0000
KILL = 0x8000_0000
_ERRNO = 0x0005_0000
REFUSE = _ERRNO | errno.EPERM
MISSING = _ERRNO | 38  # ENOSYS; glibc then falls back on the older call
GRANTED = _ERRNO | 0  # it returns 0, and nothing was done

AUDIT_ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_X32_BIT = 0x4000_0000

_THREAD = libc.CLONE_THREAD
_NEW_NAMESPACE = (
    libc.CLONE_NEWNS
    | libc.CLONE_NEWCGROUP
    | libc.CLONE_NEWUTS
    | libc.CLONE_NEWIPC
    | libc.CLONE_NEWUSER
    | libc.CLONE_NEWPID
    | libc.CLONE_NEWNET
)
# Harmless, and used by libraries: TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. Terminal tricks
# (TIOCSTI, TIOCLINUX), file flags and owners of signals are what the rest is.
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SCHED_CORE, PR_SET_PTRACER
_PRCTLS = (1, 4, 22, 62, 0x5961_6D61)
# F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal of choice to a process of choice. F_SETLEASE makes whoever writes to a
# file wait. F_NOTIFY watches folders.
_FCNTLS = (8, 10, 15, 1024, 1026)
# F_GETLK, F_SETLK, F_SETLKW and the three F_OFD_*. As `flock`, they lock files that other workers can open too, such as
# libraries and /dev/null, and whether a byte is locked is a message. Nobody shares a file with a worker, so that honest
# code (SQLite) is well served by a lock that is granted and not taken.
_LOCKS = (5, 6, 7, 36, 37, 38)
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPE_MASK = 1, 1, 0xF
_MSG_OOB = 1
_OPEN_MASK = 0o3 | 0o1000  # O_ACCMODE | O_TRUNC
_TRUNCATE_WITHOUT_WRITING = 0o1000  # O_RDONLY | O_TRUNC: not governed by Landlock before ABI 3

_PID_MARK = 0x7F50_1D00  # stands for the worker's own pid until it is known; no pid is as large


def _arguments(other_pids_visible: bool) -> dict[str, Code]:
    """The decision for each examined call; the accumulator is free to use."""
    allow, refuse = returns(ALLOW), returns(REFUSE)
    own_pid = load(argument(0)) + choose(JUMP_EQUAL, _PID_MARK, allow, refuse)
    signalling = own_pid if other_pids_visible else allow
    clone = choose(JUMP_ANY_BIT, _NEW_NAMESPACE, refuse, choose(JUMP_ANY_BIT, _THREAD, allow, refuse))
    pair_type = choose(JUMP_EQUAL, _SOCK_STREAM, allow, refuse)
    limits_read_only = load(argument(2)) + choose(
        JUMP_EQUAL, 0, load(argument(2) + 4) + choose(JUMP_EQUAL, 0, allow, refuse), refuse
    )
    stream_only = [*load(argument(1)), (AND, 0, 0, _SOCK_TYPE_MASK), *pair_type]

    def opening(flags_index: int) -> Code:
        check = choose(JUMP_EQUAL, _TRUNCATE_WITHOUT_WRITING, refuse, allow)
        return [*load(argument(flags_index)), (AND, 0, 0, _OPEN_MASK), *check]

    def in_band(flags_index: int) -> Code:
        # Out-of-band bytes of AF_UNIX sockets: nobody uses them, and they have been a way out of a sandbox.
        return load(argument(flags_index)) + choose(JUMP_ANY_BIT, _MSG_OOB, refuse, allow)

    return {
        "clone": load(argument(0)) + clone,
        "clone3": returns(MISSING),  # its flags are in memory, where a filter cannot look
        "openat2": returns(MISSING),
        "open": opening(1),
        "openat": opening(2),
        "ioctl": load(argument(1)) + one_of(_IOCTLS, allow, refuse),
        "kill": signalling,
        "tgkill": signalling,
        "rt_sigqueueinfo": signalling,
        "rt_tgsigqueueinfo": signalling,
        "prlimit64": load(argument(0)) + choose(JUMP_EQUAL, 0, limits_read_only, refuse),
        "prctl": load(argument(0)) + one_of(_PRCTLS, refuse, allow),
        "fcntl": load(argument(1)) + one_of(_FCNTLS, refuse, one_of(_LOCKS, returns(GRANTED), allow)),
        "flock": returns(GRANTED),
        "socketpair": load(argument(0)) + choose(JUMP_EQUAL, _AF_UNIX, stream_only, refuse),
        "sendto": in_band(3),
        "sendmsg": in_band(2),
        "sendmmsg": in_band(3),
        "recvfrom": in_band(3),
        "recvmsg": in_band(2),
        "recvmmsg": in_band(3),
    }


def program(machine: str, *, other_pids_visible: bool) -> bytes:
    """Compile the filter.

    Args:
        machine: `x86_64` or `aarch64`.
        other_pids_visible: there is no pid namespace, so that signals must be held to the worker's own pid; the
            program then is a template for `with_pid`.
    """
    column = 0 if machine == "x86_64" else 1
    decisions: dict[int, Code] = {}
    for group in DENIED.values():
        for numbers in group.values():
            if (denied := numbers[column]) is not None:
                decisions[denied] = returns(REFUSE)
    for name, code in _arguments(other_pids_visible).items():
        if (examined := EXAMINED[name][column]) is not None:
            decisions[examined] = code

    rows: list[tuple[int, Code]] = [(0, returns(ALLOW))]
    for number in range(FIRST_UNKNOWN):
        code = decisions.get(number, returns(ALLOW))
        if rows[-1][1] != code:
            rows.append((number, code))
    rows.append((FIRST_UNKNOWN, returns(MISSING)))
    if rows[1][0] == 0:
        del rows[0]
    body = load(NUMBER) + choose(JUMP_GREATER_EQUAL, _X32_BIT, returns(KILL), search(rows))
    right_architecture = AUDIT_ARCHITECTURES[machine]
    return assemble(load(ARCHITECTURE) + _unless_equal(right_architecture, returns(KILL)) + body)


def _unless_equal(value: int, otherwise: Code) -> Code:
    return [(JUMP_EQUAL, len(otherwise), 0, value), *otherwise]


def with_pid(template: bytes, pid: int) -> bytes:
    """Put the worker's own pid into a program compiled with `other_pids_visible`."""
    return template.replace(struct.pack("=I", _PID_MARK), struct.pack("=I", pid))


def install(instructions: bytes) -> None:
    """Put the filter on the calling thread, and on all that it starts. Needs no_new_privs or CAP_SYS_ADMIN.

    Raises:
        OSError: the kernel does not take it.
    """
    body = ctypes.create_string_buffer(instructions, len(instructions))
    header = struct.pack("=H6xQ", len(instructions) // 8, ctypes.addressof(body))
    libc.syscall("seccomp", 1, 0, header)  # SECCOMP_SET_MODE_FILTER
