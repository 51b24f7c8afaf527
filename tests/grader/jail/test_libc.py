"""The kernel's calls by number: errors say which call and why, names of machines are one, descriptors move."""

from __future__ import annotations

import errno
import os
import platform
import sys
from collections.abc import Callable

import pytest

from grader.jail import libc
from grader.jail.experiments import Results, attempt, in_child

on_linux = pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")


@pytest.mark.parametrize(
    ("said", "want"),
    [
        ("x86_64", "x86_64"),
        ("AMD64", "x86_64"),
        ("aarch64", "aarch64"),
        ("arm64", "aarch64"),
        ("riscv64", "riscv64"),
        ("", ""),
    ],
)
def test_an_architecture_has_one_name(monkeypatch: pytest.MonkeyPatch, said: str, want: str) -> None:
    """Whatever this or that system calls it."""
    monkeypatch.setattr(platform, "machine", lambda: said)
    assert libc.machine() == want


@pytest.mark.parametrize(
    ("system", "machine", "largest", "want"),
    [
        ("linux", "x86_64", 2**63 - 1, True),
        ("linux", "aarch64", 2**63 - 1, True),
        ("linux", "riscv64", 2**63 - 1, False),
        ("linux", "x86_64", 2**31 - 1, False),  # a 32-bit interpreter has other numbers
        ("darwin", "arm64", 2**63 - 1, False),
        ("win32", "AMD64", 2**63 - 1, False),
    ],
)
def test_layers_are_for_known_systems(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, largest: int, want: bool
) -> None:
    """Where numbers would mean something else, nothing is called at all."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "maxsize", largest)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert libc.supported() is want


@on_linux
@pytest.mark.parametrize(
    ("call", "name", "numbers"),
    [
        (lambda: libc.syscall("close_range", 5, 4, 0), "close_range", {errno.EINVAL}),
        (lambda: libc.syscall("move_mount", -1, b"x", -1, b"x", 0), "move_mount", {errno.EBADF, errno.EPERM}),
        (lambda: libc.prctl(-1), "prctl", {errno.EINVAL}),
        (lambda: libc.unshare(1), "unshare", {errno.EINVAL}),
        (lambda: libc.setns(-1, 0), "setns", {errno.EBADF}),
        (lambda: libc.mount("none", "/no/where", "tmpfs", 0), "mount /no/where", {errno.ENOENT, errno.EPERM}),
        (lambda: libc.detach("/no/where"), "umount /no/where", {errno.ENOENT, errno.EPERM}),
        (lambda: libc.set_host_name(b"x" * 65), "sethostname", {errno.EINVAL, errno.EPERM}),
    ],
    ids=["close_range", "move_mount", "prctl", "unshare", "setns", "mount", "umount", "sethostname"],
)
def test_an_error_says_which_call_and_why(call: Callable[[], object], name: str, numbers: set[int]) -> None:
    """The kernel's errno, its words for it, and the name of the call, with its place where there is one."""
    with pytest.raises(OSError) as caught:
        call()
    number = caught.value.errno
    assert number in numbers
    assert f"{name}: {os.strerror(number)}" in str(caught.value)


@on_linux
def test_a_call_that_is_not_in_the_table_is_not_made() -> None:
    """There is no number to guess."""
    with pytest.raises(KeyError):
        libc.syscall("reboot")


@on_linux
def test_a_call_does_what_its_name_says() -> None:
    """Numbers and arguments arrive: a range of descriptors is closed, both ends included, and no other."""

    def experiment(results: Results) -> None:
        for descriptor in (100, 101, 102, 103):
            os.dup2(2, descriptor)
        results["returned"] = libc.syscall("close_range", 101, 102, 0)
        for descriptor in (100, 101, 102, 103):
            attempt(results, str(descriptor), lambda at=descriptor: os.fstat(at))

    want = {"returned": 0, "100": 0, "101": errno.EBADF, "102": errno.EBADF, "103": 0}
    assert in_child(experiment) == want


@on_linux
def test_a_process_option_is_set_and_read() -> None:
    """What is set is what is read, and the option reaches the process itself only."""

    def experiment(results: Results) -> None:
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        libc.prctl(libc.PR_SET_DUMPABLE, 0)
        results["no_new_privs"] = libc.prctl(libc.PR_GET_NO_NEW_PRIVS)
        results["dumpable"] = libc.prctl(libc.PR_GET_DUMPABLE)

    before = libc.prctl(libc.PR_GET_NO_NEW_PRIVS), libc.prctl(libc.PR_GET_DUMPABLE)
    assert in_child(experiment) == {"no_new_privs": 1, "dumpable": 0}
    assert (libc.prctl(libc.PR_GET_NO_NEW_PRIVS), libc.prctl(libc.PR_GET_DUMPABLE)) == before


@on_linux
def test_descriptors_go_where_no_stream_lies() -> None:
    """Moved, the old number is free; copied, both stay; neither is inherited by a program that is started."""
    reading, writing = os.pipe()
    copied = libc.copy_out_of_the_way(writing)
    os.write(writing, b"a")
    moved = libc.out_of_the_way(writing)
    try:
        os.write(copied, b"b")
        os.write(moved, b"c")
        assert os.read(reading, 9) == b"abc"
        assert min(copied, moved) >= 16 and copied != moved
        assert not os.get_inheritable(copied) and not os.get_inheritable(moved)
        with pytest.raises(OSError) as caught:
            os.fstat(writing)
        assert caught.value.errno == errno.EBADF
    finally:
        for descriptor in (reading, copied, moved):
            os.close(descriptor)
