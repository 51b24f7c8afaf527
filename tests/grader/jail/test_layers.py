"""Each layer alone: with it on, what it is there for fails; with it left out, the harmless form succeeds."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from grader.jail import procfs
from grader.jail.plan import Layer, Limits

pytestmark = pytest.mark.usefixtures("as_root")


def both_ways(jailed, layer: Layer, body, *others: Layer, **settings) -> tuple[object, object]:
    """What `body` says with the layer, and without it."""
    (with_layer,) = jailed.run(jailed.plan_of(layer, *others), body, **settings)
    (without,) = jailed.run(jailed.plan_of(*others), body, **settings)
    return with_layer, without


def test_user_namespace_confines_root(jailed, canary: Path) -> None:
    """Root inside of a user namespace has no power over files of users outside of it."""
    os.chown(canary, jailed.ordinary_user, jailed.ordinary_user)
    canary.chmod(0o600)
    confined, free = both_ways(jailed, Layer.USER_NS, lambda: canary.read_text())
    assert confined == ["PermissionError", errno.EACCES]
    assert free == "canary"


def test_pid_namespace_hides_other_processes(jailed, decoy: int) -> None:
    """A signal reaches a process outside only without a pid namespace."""
    hidden, seen = both_ways(jailed, Layer.PID_NS, lambda: os.kill(decoy, 0))
    assert hidden == ["ProcessLookupError", errno.ESRCH]
    assert seen is None


def test_mount_namespace_keeps_mounts_apart(jailed) -> None:
    """A worker's mounts are its own."""
    outside = os.readlink("/proc/self/ns/mnt")
    apart, same = both_ways(jailed, Layer.MOUNT_NS, lambda: os.readlink("/proc/self/ns/mnt"))
    assert apart != outside
    assert same == outside


def test_network_namespace_has_no_network(jailed) -> None:
    """A service on the loopback interface is reached only without a network namespace."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        def body() -> str:
            socket.create_connection(address, timeout=60).close()
            return "connected"

        alone, connected = both_ways(jailed, Layer.NET_NS, body)
    assert alone == ["OSError", errno.ENETUNREACH]
    assert connected == "connected"


def test_ipc_namespace_has_its_own_mailboxes(jailed) -> None:
    """A System V shared memory segment of someone else is found only without an ipc namespace."""
    library = ctypes.CDLL(None, use_errno=True)
    key = 0x6772_0000 + os.getpid() % 0xFFFF
    segment = library.shmget(key, 4096, 0o1666)  # IPC_CREAT
    assert segment >= 0
    try:
        apart, found = both_ways(jailed, Layer.IPC_NS, lambda: library.shmget(key, 4096, 0))
    finally:
        library.shmctl(segment, 0, None)  # IPC_RMID
    assert apart == -1
    assert found == segment


def test_uts_namespace_has_its_own_host_name(jailed) -> None:
    """The host's name is not told."""
    other, same = both_ways(jailed, Layer.UTS_NS, lambda: socket.gethostname())
    assert other == "worker"
    assert same == socket.gethostname()


def test_cgroup_namespace_hides_the_hierarchy(jailed) -> None:
    """Where the process stands among the machine's cgroups is not told."""
    outside = os.readlink("/proc/self/ns/cgroup")
    apart, same = both_ways(jailed, Layer.CGROUP_NS, lambda: os.readlink("/proc/self/ns/cgroup"))
    assert apart != outside
    assert same == outside


def test_private_root_has_no_other_files(jailed, canary: Path) -> None:
    """A file that is not shown does not exist, not even as a name."""
    absent, there = both_ways(jailed, Layer.PRIVATE_ROOT, lambda: os.stat(canary).st_size, Layer.MOUNT_NS)
    assert absent == ["FileNotFoundError", errno.ENOENT]
    assert there == 6


def test_private_root_is_read_only(jailed) -> None:
    """Nothing can be planted among the packages: a root with all capabilities is told so by the file system."""
    folder = os.path.dirname(os.path.dirname(pytest.__file__))

    def body() -> None:
        os.close(os.open(f"{folder}/planted.pth", os.O_CREAT | os.O_WRONLY))
        os.unlink(f"{folder}/planted.pth")

    refused, _ = both_ways(jailed, Layer.PRIVATE_ROOT, body, Layer.MOUNT_NS)
    assert refused == ["OSError", errno.EROFS]


def test_other_uid_cannot_signal(jailed, decoy: int) -> None:
    """Under another uid, somebody else's process cannot be signalled."""
    refused, reached = both_ways(jailed, Layer.OTHER_UID, lambda: os.kill(decoy, 0))
    assert refused == ["PermissionError", errno.EPERM]
    assert reached is None


def test_landlock_closes_files(jailed, canary: Path) -> None:
    """A file outside of the plan cannot be opened."""
    closed, read = both_ways(jailed, Layer.LANDLOCK, lambda: canary.read_text(), Layer.NO_NEW_PRIVS)
    assert closed == ["PermissionError", errno.EACCES]
    assert read == "canary"


def test_landlock_leaves_the_scratch_folder_and_null(jailed) -> None:
    """The scratch folder is written, renamed in and emptied; /dev/null takes what it is given."""

    def body() -> list[str]:
        os.mkdir("a")
        Path("a/b").write_text("x")
        os.rename("a/b", "c")
        os.rmdir("a")
        Path("/dev/null").write_text("x")
        return os.listdir(".")

    assert jailed.run(jailed.plan_of(Layer.LANDLOCK, Layer.NO_NEW_PRIVS), body) == [["c"]]


def test_seccomp_refuses_metadata(jailed, canary: Path) -> None:
    """Landlock lets the metadata of a closed file be changed; the filter does not."""
    others = (Layer.LANDLOCK, Layer.NO_NEW_PRIVS)
    refused, changed = both_ways(jailed, Layer.SECCOMP, lambda: os.chmod(canary, 0o640), *others)
    assert refused == ["PermissionError", errno.EPERM]
    assert changed is None
    assert canary.stat().st_mode & 0o777 == 0o640


def test_no_capabilities_means_no_power(jailed, canary: Path) -> None:
    """Root without capabilities may not give files away."""
    user = jailed.ordinary_user
    refused, done = both_ways(jailed, Layer.CAPABILITIES, lambda: os.chown(canary, user, user))
    assert refused == ["PermissionError", errno.EPERM]
    assert done is None


def test_no_capability_comes_back(jailed) -> None:
    """The bounding and the ambient set are empty, too."""

    def body() -> list[str]:
        lines = Path("/proc/self/status").read_text().splitlines()
        return [line.split()[1] for line in lines if line.startswith("Cap")]

    assert jailed.run(jailed.plan_of(Layer.CAPABILITIES), body) == [["0" * 16] * 5]


def test_no_new_privileges_disarms_setuid_programs(jailed, canary: Path) -> None:
    """A program with the setuid bit runs as who started it."""
    program = canary.parent / "id"
    shutil.copy(shutil.which("id") or "/usr/bin/id", program)
    program.chmod(0o4755)

    def body() -> str:
        return subprocess.run([program, "-u"], capture_output=True, text=True, check=True).stdout.strip()

    disarmed, armed = both_ways(jailed, Layer.NO_NEW_PRIVS, body, Layer.OTHER_UID)
    assert disarmed != "0"
    assert armed == "0"


def test_not_dumpable_hides_the_environment(jailed) -> None:
    """Who runs under the same uid cannot look into a worker's memory or environment."""

    def body() -> int:
        return len(Path("/proc/self/environ").read_bytes())

    hidden, read = both_ways(jailed, Layer.NOT_DUMPABLE, body, before=jailed.become_ordinary)
    assert hidden == ["PermissionError", errno.EACCES]
    assert isinstance(read, int)


def test_address_space_counts_shared_memory(jailed) -> None:
    """Shared anonymous memory, which RLIMIT_DATA does not see, is limited, too."""

    def body() -> str:
        mmap.mmap(-1, 600_000_000).close()  # MAP_SHARED; never touched
        return "mapped"

    limited, free = both_ways(jailed, Layer.RLIMITS, body, limits=Limits(memory_bytes=256_000_000))
    assert limited == ["OSError", errno.ENOMEM]
    assert free == "mapped"


def test_memory_limit_is_over_what_is_mapped(jailed) -> None:
    """The limit is what the worker may add; none at all is possible, for libraries that reserve at will."""

    def body() -> str:
        mmap.mmap(-1, 100_000_000).close()
        return "mapped"

    plan = jailed.plan_of(Layer.RLIMITS)
    assert jailed.run(plan, body, limits=Limits(memory_bytes=200_000_000)) == ["mapped"]
    assert jailed.run(plan, body, limits=Limits(memory_bytes=0)) == ["mapped"]


def test_limits_on_files(jailed) -> None:
    """Descriptors and the size of a file, memfds included, end at their limits."""

    def body() -> list[int]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        opened = 0
        try:
            while opened < 1000:
                os.dup(0)
                opened += 1
        except OSError as error:
            first = error.errno or 0
            os.closerange(10, 300)
        try:
            os.ftruncate(os.memfd_create("x"), 2_000_000)
        except OSError as error:
            return [opened, first, error.errno or 0]
        return [opened, first]

    limits = Limits(files=64, file_bytes=1_000_000)
    ((opened, first, second),) = jailed.run(
        jailed.plan_of(Layer.RLIMITS, Layer.CLOSED_DESCRIPTORS), body, limits=limits
    )
    assert (opened, first, second) == (60, errno.EMFILE, errno.EFBIG)


def test_limit_on_threads(jailed) -> None:
    """Under a uid of its own, the number of threads of a worker ends at its limit."""

    def body() -> int:
        import threading

        stop = threading.Event()
        started = []
        try:
            while len(started) < 100:
                thread = threading.Thread(target=stop.wait, daemon=True)
                thread.start()
                started.append(thread)
        except RuntimeError:
            pass
        stop.set()
        return len(started)

    layers = (Layer.OTHER_UID, Layer.RLIMITS, Layer.CAPABILITIES)
    assert jailed.run(jailed.plan_of(*layers), body, limits=Limits(processes=8)) == [7]


def test_cpu_limit_kills_the_first_process_of_a_namespace(jailed) -> None:
    """Such a process ignores the signal of a soft limit; the hard one is as low, and cannot be ignored."""

    def body() -> None:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    plan = jailed.plan_of(Layer.PID_NS, Layer.RLIMITS)
    assert jailed.run(plan, body, limits=Limits(cpu_s=0.5)) == [["died", -signal.SIGKILL]]


def test_closed_descriptors(jailed, canary: Path) -> None:
    """What the zygote had open, the worker has not."""

    def body() -> list[int]:
        found = []
        for descriptor in range(600):
            try:
                os.fstat(descriptor)
            except OSError:
                continue
            found.append(descriptor)
        return found

    with canary.open() as file:
        os.dup2(file.fileno(), 500)
    try:
        closed, inherited = both_ways(jailed, Layer.CLOSED_DESCRIPTORS, body)
    finally:
        os.close(500)
    assert closed == [0, 1, 2, 3]
    assert 500 in inherited


def test_no_two_layers_are_the_same_thing() -> None:
    """Every layer has a test of its own in this module: a new one must be added here."""
    names = {name for name in globals() if name.startswith("test_")}
    stems = {
        Layer.USER_NS: "user_namespace",
        Layer.PID_NS: "pid_namespace",
        Layer.MOUNT_NS: "mount_namespace",
        Layer.NET_NS: "network_namespace",
        Layer.IPC_NS: "ipc_namespace",
        Layer.UTS_NS: "uts_namespace",
        Layer.CGROUP_NS: "cgroup_namespace",
        Layer.PRIVATE_ROOT: "private_root",
        Layer.OTHER_UID: "other_uid",
        Layer.LANDLOCK: "landlock",
        Layer.SECCOMP: "seccomp",
        Layer.CAPABILITIES: "no_capabilities",
        Layer.NO_NEW_PRIVS: "no_new_privileges",
        Layer.NOT_DUMPABLE: "not_dumpable",
        Layer.RLIMITS: "address_space",
        Layer.CLOSED_DESCRIPTORS: "closed_descriptors",
    }
    assert set(stems) == set(Layer)
    for stem in stems.values():
        assert any(name.startswith(f"test_{stem}") for name in names), stem


def test_a_layer_that_cannot_be_put_on_stops_the_worker(jailed, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no worker with less than its plan: a refusal of the kernel ends it before anything runs."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "refused")

    for name, layer in (
        ("grader.jail.seccomp.install", Layer.SECCOMP),
        ("grader.jail.landlock.restrict", Layer.LANDLOCK),
        ("grader.jail.identity.drop_capabilities", Layer.CAPABILITIES),
        ("grader.jail.identity.become", Layer.OTHER_UID),
        ("grader.jail.root.mount_scratch", Layer.PRIVATE_ROOT),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(name, refuse)
            layers = {layer, Layer.MOUNT_NS, Layer.NO_NEW_PRIVS}
            ((kind, reason),) = jailed.run(jailed.plan_of(*layers), lambda: "ran")
        assert (kind, "refused" in str(reason)) == ("IsolationError", True), name


def test_needs_no_proc_to_count_threads(jailed) -> None:
    """One thread is told from two without looking anything up."""

    def body() -> list[bool]:
        import threading

        first = procfs.is_single_task()
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        second = procfs.is_single_task()
        stop.set()
        thread.join()
        return [first, second]

    assert jailed.run(jailed.plan_of(), body) == [[True, False]]
