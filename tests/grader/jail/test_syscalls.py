"""The tables of numbers: no number twice, and on this machine the kernel hears the name that libc means."""

from __future__ import annotations

import ctypes
import os
import resource
from collections import Counter
from collections.abc import Callable

import pytest

from grader.jail import libc
from grader.jail.bpf import JUMP_EQUAL, NUMBER, assemble, choose, load, returns
from grader.jail.experiments import Results, in_child
from grader.jail.seccomp import ALLOW, install
from grader.jail.syscalls import DENIED, EXAMINED, FIRST_UNKNOWN, Numbers

MACHINES = ("x86_64", "aarch64")
TABLE: Numbers = {name: numbers for group in (*DENIED.values(), EXAMINED) for name, numbers in group.items()}
UNIFIED_FROM = 424  # from here on the architectures number alike

_ERRNO = 0x0005_0000
_FIRST_MARK = 200  # an errno that no call ends with; the next ones stand for the rows of the table

# libc's functions, with arguments with which the call does nothing, should it be made after all.
CALLS: dict[str, tuple[object, ...]] = {
    "ptrace": (-1, -1, None, None),
    "process_vm_readv": (-1, None, 0, None, 0, -1),
    "process_vm_writev": (-1, None, 0, None, 0, -1),
    "splice": (-1, None, -1, None, 0, 0),
    "tee": (-1, -1, 0, 0),
    "vmsplice": (-1, None, 0, 0),
    "fanotify_init": (-1, -1),
    "fanotify_mark": (-1, 0, 0, -1, None),
    "inotify_init1": (-1,),
    "inotify_add_watch": (-1, b"", 0),
    "remap_file_pages": (None, 0, -1, 0, 0),
    "memfd_create": (None, -1),
    "mount": (None, None, None, 0, None),
    "umount2": (b"", -1),
    "chroot": (b"",),
    "unshare": (1,),
    "setns": (-1, 0),
    "name_to_handle_at": (-1, b"", None, None, -1),
    "open_by_handle_at": (-1, None, 0),
    "swapon": (b"", -1),
    "swapoff": (b"",),
    "acct": (b"/no/where",),
    "sethostname": (None, -1),
    "setdomainname": (None, -1),
    "syncfs": (-1,),
    "setresuid": (-1, -1, -1),
    "setresgid": (-1, -1, -1),
    "setgroups": (-1, None),
    "fchmod": (-1, 0),
    "fchown": (-1, -1, -1),
    "fchownat": (-1, b"", -1, -1, 0),
    "setxattr": (b"", b"", None, 0, 0),
    "lsetxattr": (b"", b"", None, 0, 0),
    "fsetxattr": (-1, b"", None, 0, 0),
    "removexattr": (b"", b""),
    "lremovexattr": (b"", b""),
    "fremovexattr": (-1, b""),
    "truncate": (b"", 0),
    "socket": (-1, -1, -1),
    "socketpair": (-1, -1, -1, None),
    "connect": (-1, None, 0),
    "bind": (-1, None, 0),
    "listen": (-1, 0),
    "accept": (-1, None, None),
    "accept4": (-1, None, None, -1),
    "setsockopt": (-1, 0, 0, None, 0),
    "shmget": (0x7FFF_FFFF, 0, 0),
    "shmat": (-1, None, 0),
    "shmctl": (-1, 0, None),
    "semget": (0x7FFF_FFFF, 0, 0),
    "semctl": (-1, 0, 0),
    "msgget": (0x7FFF_FFFF, 0),
    "msgsnd": (-1, None, 0, 0),
    "msgrcv": (-1, None, 0, 0, 0),
    "msgctl": (-1, 0, None),
    "sched_setscheduler": (-1, 0, None),
    "sched_setparam": (-1, None),
    "setpriority": (-1, 0, 0),
    "fcntl": (-1, 0),
    "ioctl": (-1, 0),
    "prctl": (-1, 0, 0, 0, 0),
}


def functions() -> dict[str, Callable[[], int]]:
    """For each name something that makes the call; -1 and `errno` where it is refused."""
    library = ctypes.CDLL(None, use_errno=True)

    def foreign(name: str, arguments: tuple[object, ...]) -> Callable[[], int]:
        function = getattr(library, name)
        values = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
        return lambda: -ctypes.get_errno() if function(*values) == -1 else 0

    def own(step: Callable[[], object]) -> Callable[[], int]:
        def call() -> int:
            try:
                step()
            except OSError as error:
                return -(error.errno or 0)
            return 0

        return call

    pid = os.getpid
    return {name: foreign(name, arguments) for name, arguments in CALLS.items()} | {
        "execve": own(lambda: os.execv("/no/where", ["x"])),
        "openat": own(lambda: os.open("/no/where", os.O_RDONLY)),
        "pidfd_open": own(lambda: os.pidfd_open(-1)),
        "prlimit64": own(lambda: resource.getrlimit(resource.RLIMIT_CORE)),
        "kill": own(lambda: os.kill(pid(), 0)),
    }


@pytest.mark.parametrize("machine", MACHINES)
def test_no_number_is_there_twice(machine: str) -> None:
    """One of two calls with the same number would be decided by the other's rule."""
    column = MACHINES.index(machine)
    numbers = Counter(found for row in TABLE.values() if (found := row[column]) is not None)
    assert [number for number, times in numbers.items() if times > 1] == []


def test_no_name_is_there_twice() -> None:
    """Nor in two groups, nor both refused and examined."""
    names = Counter(name for group in (*DENIED.values(), EXAMINED) for name in group)
    assert [name for name, times in names.items() if times > 1] == []


def test_every_number_is_below_the_unknown() -> None:
    """Beyond, nothing exists; and a name that no architecture has is none."""
    for name, numbers in TABLE.items():
        assert any(number is not None for number in numbers), name
        assert all(number is None or 0 <= number < FIRST_UNKNOWN for number in numbers), name


def test_new_calls_have_one_number() -> None:
    """From 424 on the architectures agree, so a slip in one column shows; before that no x86 number is as high."""
    for name, (x86_64, aarch64) in TABLE.items():
        if max(x86_64 or 0, aarch64 or 0) >= UNIFIED_FROM:
            assert x86_64 == aarch64, name
        else:
            assert (x86_64 or 0) <= 334 and (aarch64 or 0) <= 294, name


def test_the_calls_that_we_make_have_the_same_numbers() -> None:
    """Two tables, written for two purposes, say the same wherever both say something."""
    shared = {name: numbers for name, numbers in libc._NUMBERS.items() if name in TABLE}
    assert {"seccomp", "landlock_restrict_self", "pivot_root", "capset"} <= set(shared)
    assert shared == {name: TABLE[name] for name in shared}


@pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")
def test_the_kernel_hears_the_name_that_was_meant(findings) -> None:
    """Each number is answered with an errno of its own, and libc's function of that name meets just that one."""
    if not findings.seccomp.ok:
        pytest.skip("needs seccomp")
    column = MACHINES.index(libc.machine())
    rows = {name: row[column] for name, row in TABLE.items() if row[column] is not None}
    marks = {name: _FIRST_MARK + at for at, name in enumerate(rows)}
    calls = {name: call for name, call in functions().items() if name in rows}
    code = returns(ALLOW)
    for name, number in rows.items():
        code = choose(JUMP_EQUAL, number or 0, returns(_ERRNO | marks[name]), code)
    program = assemble(load(NUMBER) + code)

    def experiment(results: Results) -> None:
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        install(program)
        for name, call in calls.items():
            results[name] = -call()

    heard = in_child(experiment)
    names = {mark: name for name, mark in marks.items()}
    assert len(heard) == len(calls) > 50
    assert {name: names.get(mark, f"errno {mark}") for name, mark in heard.items()} == {name: name for name in calls}


def test_the_way_out_is_not_refused() -> None:
    """What a worker lives by is in no table: whoever adds it there by mistake hears it here."""
    honest = {"read", "write", "close", "mmap", "munmap", "brk", "futex", "exit_group", "getpid", "gettid"}
    assert honest.isdisjoint(TABLE)
