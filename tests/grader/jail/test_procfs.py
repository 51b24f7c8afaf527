"""The remembered /proc: it works where there is none any more, shows whoever reads, and counts."""

from __future__ import annotations

import errno
import mmap
import os
import threading

import pytest

from grader.jail import libc, procfs, root
from grader.jail.experiments import Results, attempt, in_child

pytestmark = pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")


@pytest.mark.parametrize("remembered", [True, False])
def test_reads_and_writes_what_is_its_own(remembered: bool) -> None:
    """A process renames itself and reads the name back, with the descriptor and without."""

    def experiment(results: Results) -> None:
        if remembered:
            procfs.remember()
        procfs.write("self/comm", b"renamed")
        results["renamed"] = int(procfs.read("self/comm") == b"renamed\n")

    before = procfs.read("self/comm")
    assert in_child(experiment) == {"renamed": 1}
    assert procfs.read("self/comm") == before


@pytest.mark.usefixtures("as_root")
def test_the_descriptor_outlives_the_folder() -> None:
    """Where something empty covers /proc, who remembered it goes on reading and writing, and nobody else does."""

    def cover() -> None:
        libc.unshare(libc.CLONE_NEWNS)
        libc.mount("none", "/", None, root.MS_REC | root.MS_PRIVATE)
        libc.mount("tmpfs", "/proc", "tmpfs", 0)

    def remembering(results: Results) -> None:
        procfs.remember()
        cover()
        attempt(results, "path", lambda: os.stat("/proc/self"))
        attempt(results, "read", lambda: procfs.read("self/statm"))
        attempt(results, "write", lambda: procfs.write("self/comm", b"renamed"))
        results["mapped"] = int(procfs.mapped_bytes() > 0)
        results["tasks"] = int(procfs.tasks_of(os.getuid()) > 0)

    def forgetting(results: Results) -> None:
        procfs._descriptor = None
        cover()
        attempt(results, "read", lambda: procfs.read("self/statm"))

    assert in_child(remembering) == {"path": errno.ENOENT, "read": 0, "write": 0, "mapped": 1, "tasks": 1}
    assert in_child(forgetting) == {"read": errno.ENOENT}


def test_self_is_whoever_reads() -> None:
    """A fork that inherits the descriptor sees itself, not the one that opened it."""

    def who() -> int:
        return int(procfs.read("self/stat").split()[0])

    def child(results: Results) -> None:
        results["child is itself"] = int(who() == os.getpid())

    def experiment(results: Results) -> None:
        procfs.remember()
        results["itself"] = int(who() == os.getpid())
        results |= in_child(child)

    assert in_child(experiment) == {"itself": 1, "child is itself": 1}


def test_remembering_twice_costs_nothing() -> None:
    """One descriptor, out of the way of the streams, closed when a program is started."""

    def experiment(results: Results) -> None:
        procfs.remember()
        before = os.listdir("/proc/self/fd")
        procfs.remember()
        results["same"] = int(os.listdir("/proc/self/fd") == before)
        descriptor = procfs._descriptor
        results["apart"] = int(descriptor is not None and descriptor >= 16 and not os.get_inheritable(descriptor))

    assert in_child(experiment) == {"same": 1, "apart": 1}


def test_refusals_are_the_kernels() -> None:
    """What is not there, and what may not be written so, is an error and leaves no descriptor behind."""

    def experiment(results: Results) -> None:
        before = os.listdir("/proc/self/fd")
        attempt(results, "absent", lambda: procfs.read("self/nothing"))
        attempt(results, "unwritable", lambda: procfs.write("self/oom_score_adj", b"not a number"))
        results["left"] = int(os.listdir("/proc/self/fd") != before)

    assert in_child(experiment) == {"absent": errno.ENOENT, "unwritable": errno.EINVAL, "left": 0}


def test_the_address_space_is_counted() -> None:
    """What is mapped counts, touched or not, in bytes."""

    def experiment(results: Results) -> None:
        before = procfs.mapped_bytes()
        mapped = mmap.mmap(-1, 100_000_000)
        results["more"] = procfs.mapped_bytes() - before
        mapped.close()

    assert 100_000_000 <= in_child(experiment)["more"] < 110_000_000


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize("remembered", [True, False])
def test_threads_of_a_user_are_counted(remembered: bool) -> None:
    """Each thread counts, not each process; nobody has none."""
    uid = 63_000 + os.getpid() % 1000

    def experiment(results: Results) -> None:
        if remembered:
            procfs.remember()
        results["before"] = procfs.tasks_of(uid)
        os.setresuid(uid, uid, uid)
        results["one"] = procfs.tasks_of(uid)
        end = threading.Event()
        threads = [threading.Thread(target=end.wait) for _ in range(2)]
        for thread in threads:
            thread.start()
        results["three"] = procfs.tasks_of(uid)
        end.set()
        for thread in threads:
            thread.join()

    assert in_child(experiment) == {"before": 0, "one": 1, "three": 3}


@pytest.mark.parametrize("forbidden", [False, True])
def test_a_second_thread_is_noticed(forbidden: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that has only just been started, and also where the kernel is not allowed to tell."""

    def refuse(_flags: int) -> None:
        raise PermissionError(errno.EPERM, "refused")

    if forbidden:
        monkeypatch.setattr(libc, "unshare", refuse)

    def experiment(results: Results) -> None:
        results["alone"] = int(procfs.is_single_task())
        end = threading.Event()
        thread = threading.Thread(target=end.wait)
        thread.start()
        results["two"] = int(procfs.is_single_task())
        end.set()
        thread.join()

    assert in_child(experiment) == {"alone": 1, "two": 0}
