"""Rulesets on the real kernel, each in a throw-away child: what is beneath a rule stays, everything else is refused."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.jail import landlock, libc
from grader.jail.experiments import Results, attempt, in_child

pytestmark = pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")
SIGNALS_ARE_SCOPED_FROM = 6


@pytest.fixture(autouse=True)
def with_landlock(findings) -> None:
    """Skips where the kernel has none."""
    if not findings.landlock.ok:
        pytest.skip("needs Landlock")


def behind(
    rules: dict[str, int],
    steps: dict[str, Callable[[], object]],
    *,
    version: int | None = None,
    scoped: bool = True,
) -> Results:
    """The errno of each step in a child that may do to these paths what the rules say, and nothing else."""

    def experiment(results: Results) -> None:
        kernel = landlock.abi() if version is None else version
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        ruleset = landlock.new_ruleset(kernel, scoped=scoped)
        for path, rights in rules.items():
            landlock.allow_paths(ruleset, kernel, [path], rights)
        landlock.restrict(ruleset)
        for name, step in steps.items():
            attempt(results, name, step)

    return in_child(experiment)


def test_the_version_is_a_fact(findings) -> None:
    """Asked twice it is the same, and the one that was found."""
    assert landlock.abi() == landlock.abi() == findings.landlock_abi > 0


def test_a_kernel_without_it_has_version_0(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not an error: the tiers decide what follows."""

    def missing(*_: object) -> int:
        raise OSError(errno.ENOSYS, "no such call")

    monkeypatch.setattr(libc, "syscall", missing)
    assert landlock.abi() == 0


@pytest.mark.parametrize("version", range(1, 8))
def test_inside_is_open_and_outside_is_closed(canary: Path, tmp_path: Path, version: int) -> None:
    """By the rules of every version that this kernel speaks, a file outside cannot be read, and one inside can."""
    (tmp_path / "inside").write_text("x")
    steps = {
        "inside": (tmp_path / "inside").read_bytes,
        "listing": lambda: os.listdir(tmp_path),
        "outside": canary.read_bytes,
        "its folder": lambda: os.listdir(canary.parent),
        "the root": lambda: os.listdir("/"),
    }
    seen = behind({str(tmp_path): landlock.READ}, steps, version=min(version, landlock.abi()))
    refused = dict.fromkeys(("outside", "its folder", "the root"), errno.EACCES)
    assert seen == {"inside": 0, "listing": 0, **refused}


def test_reading_is_not_writing(tmp_path: Path) -> None:
    """What is shown for reading cannot be changed, added to or removed, not even by root."""
    file = tmp_path / "file"
    file.write_text("x")
    steps = {
        "read": file.read_bytes,
        "write": lambda: file.open("r+b").close(),
        "make": (tmp_path / "new").touch,
        "folder": (tmp_path / "folder").mkdir,
        "remove": file.unlink,
    }
    assert behind({str(tmp_path): landlock.READ}, steps) == {
        "read": 0,
        **dict.fromkeys(("write", "make", "folder", "remove"), errno.EACCES),
    }
    assert os.listdir(tmp_path) == ["file"]


def test_a_scratch_folder_is_lived_in(tmp_path: Path) -> None:
    """Files and folders come, grow and go; links, pipes and sockets do not come."""
    inner, file = tmp_path / "inner", tmp_path / "inner/file"
    steps = {
        "folder": inner.mkdir,
        "write": lambda: file.write_text("x"),
        "overwrite": lambda: file.write_text(""),
        "remove": file.unlink,
        "remove folder": inner.rmdir,
        "link": lambda: (tmp_path / "link").symlink_to("/"),
        "pipe": lambda: os.mkfifo(tmp_path / "pipe"),
    }
    works = dict.fromkeys(("folder", "write", "overwrite", "remove", "remove folder"), 0)
    seen = behind({str(tmp_path): landlock.SCRATCH}, steps)
    assert seen == {**works, "link": errno.EACCES, "pipe": errno.EACCES}


def test_a_device_is_read_and_written(tmp_path: Path) -> None:
    """A rule for a single file is one for that file, whatever rights of folders it is asked for with."""
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("x")
    steps = {
        "null": lambda: Path("/dev/null").write_text("x"),
        "zero": lambda: Path("/dev/zero").read_bytes() and None,
        "a": (tmp_path / "a").read_bytes,
        "b": (tmp_path / "b").read_bytes,
    }
    rules = {"/dev/null": landlock.DEVICE, str(tmp_path / "a"): landlock.SCRATCH}
    assert behind(rules, steps) == {"null": 0, "zero": errno.EACCES, "a": 0, "b": errno.EACCES}


def test_nothing_is_executed() -> None:
    """A program that may be read may still not be started."""
    program = os.path.realpath("/bin/sh")
    steps = {
        "read": lambda: os.close(os.open(program, os.O_RDONLY)),
        "execute": lambda: os.execv(program, [program, "-c", "exit"]),
    }
    assert behind({"/": landlock.READ}, steps) == {"read": 0, "execute": errno.EACCES}


def test_paths_that_do_not_exist_are_left_out(tmp_path: Path) -> None:
    """A plan may name what this machine does not have; the other rules hold."""
    (tmp_path / "file").write_text("x")
    rules = {str(tmp_path / "absent"): landlock.READ, str(tmp_path / "file/inside"): landlock.READ}
    assert behind({**rules, str(tmp_path): landlock.READ}, {"read": (tmp_path / "file").read_bytes}) == {"read": 0}


@pytest.mark.parametrize("scoped", [True, False])
def test_signals_stay_inside_where_asked_for(decoy: int, scoped: bool) -> None:
    """From the version on that can, a process outside cannot be signalled; signal 0 only asks."""
    closed = scoped and landlock.abi() >= SIGNALS_ARE_SCOPED_FROM
    seen = behind({}, {"ask": lambda: os.kill(decoy, 0)}, scoped=scoped)
    assert seen == {"ask": errno.EPERM if closed else 0}


def test_a_second_ruleset_only_takes_away(canary: Path, tmp_path: Path) -> None:
    """Who is restricted cannot allow itself anything again."""
    (tmp_path / "file").write_text("x")

    def again() -> None:
        version = landlock.abi()
        ruleset = landlock.new_ruleset(version)
        descriptor = landlock.open_path("/")
        landlock.allow(ruleset, version, descriptor, landlock.READ)
        landlock.restrict(ruleset)

    steps = {"again": again, "inside": (tmp_path / "file").read_bytes, "outside": canary.read_bytes}
    assert behind({str(tmp_path): landlock.READ}, steps) == {"again": 0, "inside": 0, "outside": errno.EACCES}


def test_a_named_path_cannot_be_read_through(canary: Path) -> None:
    """The descriptor only names the file, and lies where no worker puts its streams."""
    descriptor = landlock.open_path(str(canary))
    try:
        with pytest.raises(OSError) as caught:
            os.read(descriptor, 1)
        assert caught.value.errno == errno.EBADF
        assert descriptor >= 16
        assert not os.get_inheritable(descriptor)
    finally:
        os.close(descriptor)
