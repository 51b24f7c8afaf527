"""The filter's decisions, proved on a small BPF interpreter for both architectures, and a few on the real kernel."""

from __future__ import annotations

import ctypes
import errno
import os
import struct

import pytest

from grader.jail import bpf, libc, seccomp
from grader.jail.plan import Layer
from grader.jail.syscalls import DENIED, EXAMINED, FIRST_UNKNOWN

MACHINES = ("x86_64", "aarch64")
OWN_PID = 4711
REFUSED = [(group, name) for group, numbers in DENIED.items() for name in numbers]

# What honest code uses: (x86_64, aarch64).
HONEST = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "futex": (202, 98),
    "getrandom": (318, 278),
    "recvmsg": (47, 212),
    "sendto": (44, 206),
    "epoll_pwait": (281, 22),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "getrusage": (98, 165),
    "unlinkat": (263, 35),
    "renameat2": (316, 276),
    "exit_group": (231, 94),
    "rseq": (334, 293),
    "ftruncate": (77, 46),
    "newfstatat": (262, 79),
}


def decide(
    program: bytes, number: int, *arguments: int, architecture: int | None = None, machine: str = "x86_64"
) -> int:
    """Interpret a filter on one system call; fails on what the kernel would not accept either."""
    if architecture is None:
        architecture = seccomp.AUDIT_ARCHITECTURES[machine]
    words = [value & 0xFFFF_FFFF_FFFF_FFFF for value in (*arguments, *[0] * 6)][:6]
    data = struct.pack("<IIQ6Q", number & 0xFFFF_FFFF, architecture, 0, *words)
    code = list(struct.iter_unpack("=HBBI", program))
    at, accumulator = 0, 0
    while True:
        kind, if_true, if_false, k = code[at]
        at += 1
        if kind == bpf.LOAD:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif kind == bpf.AND:
            accumulator &= k
        elif kind == bpf.JUMP:
            at += k
        elif kind == bpf.RETURN:
            return int(k)
        else:
            truth = {
                bpf.JUMP_EQUAL: accumulator == k,
                bpf.JUMP_GREATER_EQUAL: accumulator >= k,
                bpf.JUMP_ANY_BIT: bool(accumulator & k),
            }[kind]
            at += if_true if truth else if_false


def column(machine: str) -> int:
    return MACHINES.index(machine)


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def program(machine: str) -> bytes:
    return seccomp.program(machine, other_pids_visible=False)


def ask(program: bytes, machine: str, name: str, *arguments: int) -> int | None:
    """The decision on a call by name; None where the architecture does not have it."""
    numbers = EXAMINED.get(name) or HONEST.get(name)
    number = numbers[column(machine)] if numbers else None
    return None if number is None else decide(program, number, *arguments, machine=machine)


@pytest.mark.parametrize(("group", "name"), REFUSED, ids=[f"{name} ({group})" for group, name in REFUSED])
def test_refuses(group: str, name: str) -> None:
    """A call of the deny-list is answered with EPERM, on every architecture that has it."""
    for machine in MACHINES:
        number = DENIED[group][name][column(machine)]
        if number is not None:
            program = seccomp.program(machine, other_pids_visible=False)
            assert decide(program, number, machine=machine) == seccomp.REFUSE


@pytest.mark.parametrize("name", HONEST)
def test_allows_what_honest_code_uses(program: bytes, machine: str, name: str) -> None:
    """Reading, memory, threads' locks and random numbers go on working."""
    assert ask(program, machine, name, 1, 2, 4, 4) == seccomp.ALLOW


def test_every_number_is_decided_as_the_tables_say(program: bytes, machine: str) -> None:
    """The search tree loses no number and catches none besides: all of them are compared with the plain tables."""
    refused = {numbers[column(machine)] for group in DENIED.values() for numbers in group.values()} - {None}
    examined = {numbers[column(machine)] for numbers in EXAMINED.values()} - {None}
    for number in range(FIRST_UNKNOWN):
        if number not in examined:
            want = seccomp.REFUSE if number in refused else seccomp.ALLOW
            assert decide(program, number, machine=machine) == want, number


@pytest.mark.parametrize("number", [FIRST_UNKNOWN, FIRST_UNKNOWN + 1, 1000, 0x3FFF_FFFF])
def test_calls_of_the_future_do_not_exist(program: bytes, machine: str, number: int) -> None:
    """A number beyond the tables gets ENOSYS, so that a new kernel opens nothing."""
    assert decide(program, number, machine=machine) == seccomp.MISSING


def test_kills_on_another_architecture(program: bytes, machine: str) -> None:
    """The 32-bit entry of the same kernel, where numbers mean something else, is death."""
    for architecture in (0x4000_0003, 0x4000_0028, 0):  # i386, arm
        assert decide(program, 1, architecture=architecture) == seccomp.KILL


@pytest.mark.parametrize("number", [0x4000_0000, 0x4000_0000 | 59, 0xFFFF_FFFF])
def test_kills_on_x32_numbers(program: bytes, machine: str, number: int) -> None:
    """The x32 entry is death, too; so is a negative number."""
    assert decide(program, number, machine=machine) == seccomp.KILL


@pytest.mark.parametrize(
    ("flags", "want"),
    [
        (0x3D0F00, seccomp.ALLOW),  # what glibc gives for a thread
        (0x01200011, seccomp.REFUSE),  # what it gives for fork
        (0x4111, seccomp.REFUSE),  # vfork
        *[
            (0x3D0F00 | flag, seccomp.REFUSE)
            for flag in (1 << 17, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30)
        ],
    ],
)
def test_clone_makes_threads_only(program: bytes, machine: str, flags: int, want: int) -> None:
    """Threads may be started; processes and namespaces may not."""
    assert ask(program, machine, "clone", flags) == want


def test_calls_with_flags_in_memory_do_not_exist(program: bytes, machine: str) -> None:
    """clone3 and openat2 hide their flags from a filter: the C library is told to use the older call."""
    assert ask(program, machine, "clone3") == seccomp.MISSING
    assert ask(program, machine, "openat2") == seccomp.MISSING


@pytest.mark.parametrize(
    ("request_", "want"),
    [
        (0x5401, seccomp.ALLOW),  # TCGETS: isatty
        (0x541B, seccomp.ALLOW),  # FIONREAD
        (0x5412, seccomp.REFUSE),  # TIOCSTI
        (0x541C, seccomp.REFUSE),  # TIOCLINUX
        (0x8901, seccomp.REFUSE),  # FIOSETOWN
        (0x40086602, seccomp.REFUSE),  # FS_IOC_SETFLAGS
        (0x1_0000_5412, seccomp.REFUSE),  # the kernel looks at the low word only
    ],
)
def test_ioctl_knows_a_few_harmless_requests(program: bytes, machine: str, request_: int, want: int) -> None:
    """Keystrokes cannot be pushed into a terminal, nor signals' owners set."""
    assert ask(program, machine, "ioctl", 1, request_) == want


@pytest.mark.parametrize("name", ["kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"])
def test_signals_stay_at_home_without_a_pid_namespace(machine: str, name: str) -> None:
    """Where other processes can be seen, signals reach the worker's own pid only: no group, no -1."""
    program = seccomp.with_pid(seccomp.program(machine, other_pids_visible=True), OWN_PID)
    assert ask(program, machine, name, OWN_PID) == seccomp.ALLOW
    for other in (OWN_PID + 1, 1, 0, -1, -OWN_PID):
        assert ask(program, machine, name, other) == seccomp.REFUSE


def test_the_own_pid_is_all_that_is_put_in(machine: str) -> None:
    """Putting the pid in changes the four comparisons and nothing else."""
    template = seccomp.program(machine, other_pids_visible=True)
    changed = [
        (old, new)
        for old, new in zip(
            struct.iter_unpack("=HBBI", template),
            struct.iter_unpack("=HBBI", seccomp.with_pid(template, OWN_PID)),
            strict=True,
        )
        if old != new
    ]
    assert changed
    assert all(old[:3] == new[:3] and old[0] == bpf.JUMP_EQUAL and new[3] == OWN_PID for old, new in changed)


@pytest.mark.parametrize(
    ("name", "arguments", "want"),
    [
        ("prlimit64", (0, 7, 0), seccomp.ALLOW),
        ("prlimit64", (0, 7, 1), seccomp.REFUSE),  # not even lowered
        ("prlimit64", (0, 7, 1 << 32), seccomp.REFUSE),
        ("sendto", (3, 0, 1, 0x4000), seccomp.ALLOW),  # MSG_NOSIGNAL
        ("sendto", (3, 0, 1, 0x4001), seccomp.REFUSE),  # MSG_OOB
        ("recvmsg", (3, 0, 1), seccomp.REFUSE),
        ("prlimit64", (1, 7), seccomp.REFUSE),
        ("prctl", (15,), seccomp.ALLOW),  # PR_SET_NAME
        ("prctl", (1,), seccomp.REFUSE),  # PR_SET_PDEATHSIG: a worker may not outlive its zygote
        ("prctl", (4,), seccomp.REFUSE),  # PR_SET_DUMPABLE
        ("prctl", (0x59616D61,), seccomp.REFUSE),
        ("fcntl", (1, 4), seccomp.ALLOW),  # F_SETFL
        ("fcntl", (1, 8), seccomp.REFUSE),  # F_SETOWN
        ("fcntl", (1, 10), seccomp.REFUSE),  # F_SETSIG
        *[("fcntl", (1, command), seccomp.GRANTED) for command in (5, 6, 7, 36, 37, 38)],  # locks
        ("flock", (1, 2), seccomp.GRANTED),
        ("socketpair", (1, 0x80801), seccomp.ALLOW),  # AF_UNIX, SOCK_STREAM with flags: what asyncio makes
        ("socketpair", (1, 2), seccomp.REFUSE),  # datagrams can be sent to any path
        ("socketpair", (2, 1), seccomp.REFUSE),
        ("openat", (-100, 0, 0), seccomp.ALLOW),
        ("openat", (-100, 0, os.O_WRONLY | os.O_CREAT | 0o1000), seccomp.ALLOW),
        ("openat", (-100, 0, 0o1000), seccomp.REFUSE),  # O_RDONLY | O_TRUNC
        ("open", (0, 0o2000000), seccomp.ALLOW),
        ("open", (0, 0o1000), seccomp.REFUSE),
    ],
)
def test_decisions_on_arguments(program: bytes, machine: str, name: str, arguments: tuple[int, ...], want: int) -> None:
    """What is harmless to oneself passes, what reaches others does not."""
    assert ask(program, machine, name, *arguments) in (want, None)


def test_the_program_is_short(program: bytes) -> None:
    """The kernel runs it on every call, and takes 4096 instructions at most."""
    assert len(program) // 8 < 1000


def test_long_jumps_reach_their_target() -> None:
    """A branch longer than a conditional jump can be is taken correctly."""
    long = bpf.choose(bpf.JUMP_EQUAL, 1, [(bpf.AND, 0, 0, 0xFFFF_FFFF)] * 300 + bpf.returns(7), bpf.returns(8))
    program = bpf.assemble(bpf.load(bpf.NUMBER) + long)
    assert decide(program, 1) == 7
    assert decide(program, 2) == 8


@pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")
def test_alone_it_refuses_sockets(jailed) -> None:
    """On the real kernel: with the filter alone there is no socket, no fork and no new program; without it there is."""

    def body() -> list[object]:
        import socket

        seen: list[object] = []
        for attempt in (
            lambda: socket.socket().close(),
            lambda: os.waitpid(_fork_and_leave(), 0) and None,
            lambda: os.execv("/nowhere", ["x"]),
        ):
            try:
                attempt()
                seen.append(0)
            except OSError as error:
                seen.append(error.errno)
        return seen

    (with_filter,) = jailed.run(jailed.plan_of(Layer.SECCOMP, Layer.NO_NEW_PRIVS), body)
    (without,) = jailed.run(jailed.plan_of(Layer.NO_NEW_PRIVS), body)
    assert with_filter == [errno.EPERM] * 3
    assert without == [0, 0, errno.ENOENT]


def _fork_and_leave() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return pid


@pytest.mark.skipif(not libc.supported() or libc.machine() != "x86_64", reason="the 32-bit entry is x86's")
def test_the_32_bit_entry_kills(jailed) -> None:
    """`int 0x80` dies of SIGSYS where the filter is on."""

    def body() -> str:
        import mmap

        code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20 (getpid of i386); int 0x80; ret
        memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        memory.write(code)
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        ctypes.CFUNCTYPE(ctypes.c_int)(address)()
        return "survived"

    (said,) = jailed.run(jailed.plan_of(Layer.SECCOMP, Layer.NO_NEW_PRIVS), body)
    assert said == ["died", -31]
