"""Whole tiers: what honest code finds in them, and what the traps of sandboxes look like from inside."""

from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.jail.plan import Layer, Limits

PROJECT = Path(__file__).parents[3]


def attempt(step: Callable[[], object]) -> int:
    """The errno of a step; 0 where it succeeds."""
    try:
        step()
    except OSError as error:
        return error.errno or -1
    return 0


def test_honest_code_works(jailed, place) -> None:
    """Temporary files, threads, asyncio, pickles on disk, and modules that nobody has imported yet."""

    def body() -> list[object]:
        import asyncio
        import threading

        seen: list[object] = []
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x")
            seen.append(file.name.startswith(os.environ["HOME"]))
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a").write_text("b")
        thread = threading.Thread(target=lambda: seen.append("thread"))
        thread.start()
        thread.join()
        asyncio.run(asyncio.sleep(0))
        import wsgiref.validate

        return [*seen, wsgiref.validate.__name__, os.getcwd() == os.environ["TMPDIR"]]

    assert "wsgiref" not in sys.modules
    assert jailed.run(place.plan, body, before=place.before) == [[True, "thread", "wsgiref.validate", True]]


def test_lazy_imports_from_packages_work(jailed, place) -> None:
    """A package beside the grader that the zygote did not import can still be imported."""

    def body() -> str:
        import mypy.version  # compiled and with many files

        return mypy.version.__name__

    assert "mypy" not in sys.modules
    assert jailed.run(place.plan, body, before=place.before) == ["mypy.version"]


def test_the_library_works_as_outside(jailed, place) -> None:
    """torch trains, saves, loads, and uses the same instructions as outside."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    capability = torch.backends.cpu.get_cpu_capability()
    torch.ones(4, 4).matmul(torch.ones(4, 4))

    def body() -> list[object]:
        model = torch.nn.Linear(4, 4)
        optimizer = torch.optim.Adam(model.parameters())
        model(torch.ones(8, 4)).pow(2).mean().backward()
        optimizer.step()
        torch.save(model.state_dict(), "weights.pt")
        model.load_state_dict(torch.load("weights.pt"))
        total = torch.sin(torch.zeros(300_000)).sum().item()
        return [torch.backends.cpu.get_cpu_capability(), total]

    assert jailed.run(place.plan, body, before=place.before) == [[capability, 0.0]]


def test_nothing_outside_is_read(jailed, place, canary: Path) -> None:
    """A hidden file, the project, the home and the processes of the machine cannot be opened or listed."""
    secrets = [canary, PROJECT / "pyproject.toml", PROJECT / "grader/jail/worker.py", "/etc/passwd", "/proc/1/environ"]
    folders = [canary.parent, PROJECT, PROJECT / "tests", "/", "/root", "/home", "/etc", "/proc", "/proc/self/fd"]

    def body() -> list[int]:
        opened = [attempt(lambda path=path: open(path).close()) for path in secrets]
        return opened + [attempt(lambda path=path: os.listdir(path)) for path in folders]

    (errors,) = jailed.run(place.plan, body, before=place.before)
    assert set(errors) <= {errno.EACCES, errno.ENOENT}
    if Layer.PRIVATE_ROOT in place.plan.layers:
        assert errors[: len(secrets)] == [errno.ENOENT] * len(secrets)


def test_the_grader_is_not_shown(jailed, place) -> None:
    """Neither the package nor the file by which an editable installation points to it can be read."""
    masked = [path for path in place.plan.masked_paths if os.path.isfile(path)]

    def body() -> list[object]:
        def content(path: str) -> object:
            try:
                return Path(path).read_text()
            except OSError as error:
                return error.errno

        return [content(path) for path in [*masked, str(PROJECT / "grader/errors.py")]]

    (said,) = jailed.run(place.plan, body, before=place.before)
    assert set(said) <= {"", errno.EACCES, errno.ENOENT}


def test_metadata_outside_cannot_be_changed(jailed, place, canary: Path) -> None:
    """Landlock does not govern metadata. Mode, owner, times and attributes of a file outside stay as they are."""
    if place.before is not None:
        os.chown(canary, jailed.ordinary_user, jailed.ordinary_user)
    before = canary.stat()

    def body() -> list[int]:
        steps: list[Callable[[], object]] = [
            lambda: os.chmod(canary, 0),
            lambda: os.chmod(canary.parent, 0o777),
            lambda: os.chown(canary, -1, -1),
            lambda: os.utime(canary, (0, 0)),
            lambda: os.setxattr(canary, "user.mark", b"x"),
            lambda: os.truncate(canary, 0),
            lambda: os.unlink(canary),
            lambda: os.rename(canary, "mine"),
            lambda: os.close(os.open(canary, os.O_RDONLY | os.O_TRUNC)),
        ]
        return [attempt(step) for step in steps]

    (errors,) = jailed.run(place.plan, body, before=place.before)
    assert set(errors) <= {errno.EPERM, errno.EACCES, errno.ENOENT, errno.EXDEV, errno.EROFS}
    after = canary.stat()
    assert (after.st_mode, after.st_uid, after.st_mtime_ns, after.st_size) == (
        before.st_mode,
        before.st_uid,
        before.st_mtime_ns,
        before.st_size,
    )


def test_other_processes_are_out_of_reach(jailed, place, decoy: int) -> None:
    """No signal, no look at the limits, no trace, no descriptor of another process; its own signals work."""
    parent = os.getpid()

    def body() -> list[int]:
        import resource

        steps: list[Callable[[], object]] = [
            lambda: os.kill(decoy, 0),
            lambda: os.kill(parent, 0),
            lambda: resource.prlimit(decoy, resource.RLIMIT_CPU),
            lambda: os.pidfd_open(decoy),
            lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
            lambda: os.sched_setaffinity(0, {0}),
        ]
        errors = [attempt(step) for step in steps]
        signal.signal(signal.SIGUSR1, lambda *_: None)
        return [*errors, attempt(lambda: os.kill(os.getpid(), signal.SIGUSR1))]

    (errors,) = jailed.run(place.plan, body, before=place.before)
    assert set(errors[:-1]) <= {errno.EPERM, errno.ESRCH}
    assert errors[-1] == 0


def test_signals_from_inside_do_not_end_the_first_process(jailed, findings) -> None:
    """In a pid namespace a worker survives its own SIGTERM and SIGKILL: surviving says nothing about its code."""

    def body() -> str:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGKILL)
        return "survived"

    if findings.user_ns.ok and findings.pid_ns.ok:
        assert jailed.run(jailed.plan_of(Layer.USER_NS, Layer.PID_NS), body) == ["survived"]
    assert jailed.run(jailed.plan_of(), body) == [["died", -signal.SIGTERM]]


def test_no_program_and_no_process(jailed, place) -> None:
    """Nothing is executed and nothing is forked, whatever is asked for."""

    def body() -> list[int]:
        import ctypes
        import subprocess

        system = ctypes.CDLL(None).system
        return [
            attempt(lambda: os.execv(sys.executable, ["python"])),
            attempt(os.fork),
            attempt(lambda: subprocess.run(["true"])),
            system(b"exit 7") != 7 << 8,
        ]

    (said,) = jailed.run(place.plan, body, before=place.before)
    assert said == [errno.EPERM, errno.EPERM, errno.EPERM, True]


def test_a_worker_has_a_uid_of_its_own(jailed) -> None:
    """Under root every worker gets another id, which belongs to nobody."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    uids = jailed.run(jailed.plan_of(Layer.OTHER_UID), os.getuid, workers=3)
    assert len(set(uids)) == 3
    assert min(uids) > 1000


@pytest.mark.parametrize("ordinary", [False, True])
def test_workers_follow_each_other(jailed, findings, ordinary: bool) -> None:
    """The zygote comes back from each worker's pid namespace, as root and as an ordinary user; scratch starts empty."""
    if not findings.pid_ns.ok or (ordinary and os.geteuid() != 0):
        pytest.skip("needs pid namespaces, and root to become an ordinary user")
    layers = {Layer.USER_NS, Layer.PID_NS, Layer.MOUNT_NS, Layer.PRIVATE_ROOT}

    def body() -> list[object]:
        left = os.listdir(".")
        Path("mark").write_text("x")
        return [os.getpid(), left]

    before = jailed.become_ordinary if ordinary else None
    assert jailed.run(jailed.plan_of(*layers), body, before=before, workers=3) == [[1, []]] * 3


def test_scratch_is_private_between_workers(jailed, place) -> None:
    """What one worker leaves, the next does not find, in its scratch folder or beside it."""

    def body() -> list[object]:
        left = os.listdir(".")
        Path("mark").write_text("x")
        beside = attempt(lambda: os.listdir(".."))
        return [left, beside]

    first, second = jailed.run(place.plan, body, before=place.before, workers=2)
    assert first == second == [[], errno.EACCES]


def test_scratch_is_removed(jailed, findings) -> None:
    """Without a mount namespace, the folders are gone from the disk when the zygote has ended."""

    def body() -> str:
        Path("a/b/c").mkdir(parents=True)
        Path("a/b/c/d").write_text("x")
        return os.getcwd()

    folders = jailed.run(jailed.plan_of(Layer.NO_NEW_PRIVS), body, workers=2)
    assert len(set(folders)) == 2
    assert not any(os.path.exists(os.path.dirname(folder)) for folder in folders)


def test_scratch_has_a_size_and_a_number_of_files(jailed, findings) -> None:
    """A private scratch file system ends at its limits, and the disk does not notice."""
    if not findings.private_root.ok:
        pytest.skip("needs a private root")

    def body() -> list[int]:
        blob = attempt(lambda: Path("big").write_bytes(bytes(3_000_000)))
        os.unlink("big")
        try:
            for count in range(1000):
                os.close(os.open(str(count), os.O_CREAT | os.O_WRONLY))
        except OSError as error:
            return [blob, error.errno or 0]
        return [blob, 0]

    plan = jailed.plan_of(Layer.USER_NS, Layer.MOUNT_NS, Layer.PRIVATE_ROOT)
    limits = Limits(scratch_bytes=2_000_000, scratch_inodes=100)
    assert jailed.run(plan, body, limits=limits) == [[errno.ENOSPC, errno.ENOSPC]]


def test_an_interpreter_below_a_closed_home_works(jailed) -> None:
    """What is shown is reached by another uid, though a folder above it is closed, and though it is below /tmp."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    with tempfile.TemporaryDirectory() as closed:  # 0700
        shown = Path(closed, "prefix/lib")
        shown.mkdir(parents=True)
        (shown / "module.py").write_text("open")
        for path in (shown.parent, shown):
            path.chmod(0o755)
        plan = jailed.plan_of(Layer.MOUNT_NS, Layer.PRIVATE_ROOT, Layer.OTHER_UID, extra=(str(shown),))
        assert jailed.run(plan, lambda: (shown / "module.py").read_text()) == ["open"]
        outside = jailed.plan_of(Layer.OTHER_UID)
        assert jailed.run(outside, lambda: (shown / "module.py").read_text()) == [["PermissionError", errno.EACCES]]


def test_the_environment_outside_is_the_callers_affair_and_home_is_scratch(jailed, place) -> None:
    """HOME and TMPDIR point to the scratch folder, whatever they were."""

    def body() -> list[bool]:
        return [os.environ["HOME"] == os.environ["TMPDIR"] == os.getcwd(), os.path.expanduser("~") == os.getcwd()]

    assert jailed.run(place.plan, body, before=place.before) == [[True, True]]


def test_streams(jailed, place) -> None:
    """Standard input is empty, the socket is descriptor 3, and there is no terminal and no fifth descriptor."""

    def body() -> list[object]:
        return [
            os.read(0, 1) == b"",
            os.fstat(3).st_mode >> 12 == 0o14,
            [os.isatty(number) for number in range(4)],
            attempt(lambda: os.fstat(4)),
            os.getsid(0) == os.getpid(),
        ]

    (said,) = jailed.run(place.plan, body, before=place.before)
    assert said == [True, True, [False] * 4, errno.EBADF, True]
