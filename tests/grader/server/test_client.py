"""How a server is found and started: once, privately, and never in the way."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import ContentError, ExaminerDied, IsolationError
from grader.examiner.protocol import Fault
from grader.grading.options import GradeOptions
from grader.model import Submission
from grader.server import client
from grader.server.client import Asked, NoServerError
from grader.server.place import socket_file

SUBMISSION = Submission(exercise="adder", name="a.py", source=b"")


def started() -> None:
    """Start the real server, and ask nothing of it."""
    client._connect(start=True).close()


def test_without_a_server_there_is_none(runtime: Path) -> None:
    """Asking does not start one."""
    with pytest.raises(NoServerError):
        Asked(SUBMISSION, GradeOptions(), start=False)
    assert client.standing() is None
    assert client.stop() == ()
    assert list(runtime.iterdir()) == []


def test_a_started_server_is_found_and_private(
    runtime: Path, until: Callable[[Callable[[], object]], bool], alive: Callable[[set[int]], set[int]]
) -> None:
    """Its socket and its log can be used by nobody else; it is no child of ours that we would have to wait for."""
    started()

    found = client.standing()
    assert found is not None
    assert found.pid != os.getpid()
    assert socket_file().stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o077 for each in runtime.iterdir()} == {0}
    assert [each.pid for each in client.stop()] == [found.pid]
    assert until(lambda: not alive({found.pid}))
    assert not socket_file().exists()


def test_stop_ends_servers_of_other_versions_too(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They could not be reached otherwise; dead sockets in between are passed over."""
    started()
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(runtime / "0.sock"))
    monkeypatch.setattr("grader.server.place.version_key", lambda: "another")
    started()

    assert len(client.stop()) == 2
    assert [each.name for each in runtime.glob("*.sock")] == ["0.sock"]


def test_one_that_is_still_there_has_not_ended(
    runtime: Path, monkeypatch: pytest.MonkeyPatch, until: Callable[[Callable[[], object]], bool]
) -> None:
    """It was told to, and is not waited for for ever."""
    started()
    found = client.standing()
    assert found is not None
    path = socket_file()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "exists", lambda each, **_: True)  # as though it would not go
        patch.setattr(client, "ANSWER_WALL_S", 1.0)
        assert client.stop() == ()

    assert until(lambda: not path.exists())


def test_several_shells_start_one_server(runtime: Path) -> None:
    """Whoever comes second finds what the first has started."""
    shells = [threading.Thread(target=started) for _ in range(5)]
    for each in shells:
        each.start()
    for each in shells:
        each.join()

    pids = {found.pid for _ in range(3) if (found := client.standing()) is not None}
    assert len(pids) == 1
    assert len(list(runtime.glob("*.sock"))) == 1


def test_a_socket_left_by_a_crash_is_replaced(runtime: Path) -> None:
    """Nobody listens on it."""
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(socket_file()))
        crashed.listen(1)
    assert client.standing() is None

    started()

    assert client.standing() is not None


def test_a_server_that_was_killed_is_replaced(runtime: Path, until: Callable[[Callable[[], object]], bool]) -> None:
    """As by a crash."""
    started()
    first = client.standing()
    assert first is not None
    os.kill(first.pid, 9)
    assert until(lambda: not Path(f"/proc/{first.pid}/exe").exists())

    started()

    second = client.standing()
    assert second is not None
    assert second.pid != first.pid


def test_a_server_that_cannot_start_is_no_server(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket does not stay behind, so the next one tries again."""
    monkeypatch.setattr("grader.examiner.client.isolation_flags", lambda: ["-c", "raise SystemExit(7)"])

    with pytest.raises(NoServerError, match="exit 7"):
        started()
    assert not socket_file().exists()


def test_a_shell_that_holds_the_lock_for_ever_stops_nobody(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others do without a server."""
    monkeypatch.setattr(client, "LOCK_WALL_S", 0.05)
    with client._lock(socket_file().with_suffix(".lock")), pytest.raises(NoServerError, match="another shell"):
        started()


def test_a_server_that_hangs_with_a_full_queue_is_no_server(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped process accepts nobody; the commands do without, and say that there is none."""
    monkeypatch.setattr(client, "ANSWER_WALL_S", 0.1)
    with socket.socket(socket.AF_UNIX) as stopped:
        stopped.bind(str(socket_file()))
        stopped.listen(0)
        waiting = [socket.socket(socket.AF_UNIX) for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                each.connect(str(socket_file()))

        assert client.standing() is None
        assert client.stop() == ()
        with pytest.raises(NoServerError):
            Asked(SUBMISSION, GradeOptions(), start=False)
        for each in waiting:
            each.close()
    socket_file().unlink()


def test_a_folder_named_from_here_is_the_same_for_the_server(
    runtime: Path, monkeypatch: pytest.MonkeyPatch, until: Callable[[Callable[[], object]], bool]
) -> None:
    """It lives in another folder than the shell that started it, and must still tidy up behind itself."""
    monkeypatch.chdir(runtime.parent)
    monkeypatch.setenv("GRADER_RUNTIME_DIR", runtime.name)
    started()

    assert len(client.stop()) == 1
    assert until(lambda: not list(runtime.glob("*.sock")))


def test_nothing_of_the_shell_that_started_it_reaches_a_grading(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its folder, whose modules would be found first, nor its settings of Python."""
    (tmp_path / "msgspec.py").write_text("raise SystemExit(66)")
    monkeypatch.chdir(tmp_path)
    for name, value in (("PYTHONPATH", str(tmp_path)), ("PYTHONSTARTUP", "x"), ("PYTHONHASHSEED", "7")):
        monkeypatch.setenv(name, value)
    started()

    found = client.standing()
    assert found is not None
    assert os.readlink(f"/proc/{found.pid}/cwd") == "/"
    environment = Path(f"/proc/{found.pid}/environ").read_bytes()
    assert b"PYTHON" not in environment
    assert str(tmp_path).encode() not in environment


def test_something_else_that_listens_there_is_no_server(runtime: Path) -> None:
    """It closes without a word, or talks nonsense."""
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(socket_file()))
        other.listen(4)

        def answer() -> None:
            for word in (b"", b"nonsense" * 10):
                connection, _ = other.accept()
                with connection:
                    connection.recv(1 << 16)
                    connection.sendall(word)

        thread = threading.Thread(target=answer)
        thread.start()
        for _ in range(2):
            with Asked(SUBMISSION, GradeOptions(), start=False) as asked, pytest.raises(NoServerError):
                asked.report()
        thread.join()
    socket_file().unlink()


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("ContentError", ContentError),
        ("IsolationError", IsolationError),
        ("ExaminerDied", NoServerError),
        ("ZygoteDied", NoServerError),
        ("WireError", NoServerError),
        ("GraderError", NoServerError),
        ("os", NoServerError),
        ("NoSuchThing", NoServerError),
    ],
)
def test_what_would_be_the_same_without_a_server_is_raised(kind: str, wanted: type[Exception]) -> None:
    """What may be the server's own trouble is tried again without it."""
    error = client._error_of(Fault(kind, "words", "话"))

    assert type(error) is wanted
    assert issubclass(ExaminerDied, Exception)


@pytest.mark.parametrize(
    ("said", "wanted_s"), [("", 600), ("2", 120), ("0.5", 30), ("0", 600), ("-1", 600), ("x", 600), ("nan", 600)]
)
def test_the_idle_limit(monkeypatch: pytest.MonkeyPatch, said: str, wanted_s: float) -> None:
    """Ten minutes, or what the environment says if that makes sense."""
    monkeypatch.setenv(client.IDLE_VARIABLE, said)

    assert client.idle_limit_s() == wanted_s


def test_a_server_gets_little_of_the_shell_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """No path of modules, no secret of somebody else's program."""
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("API_TOKEN", "x")
    monkeypatch.setenv("GRADER_LANG", "zh")

    kept = client._environment()

    assert "PYTHONPATH" not in kept
    assert "API_TOKEN" not in kept
    assert kept["GRADER_LANG"] == "zh"
