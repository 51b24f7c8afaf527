"""The server's loop: one examiner after the other stays warm, and all of it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.grading.options import GradeOptions
from grader.model import Outcome, Submission, Verdict
from grader.server import client, protocol
from grader.server import serve as serve_module
from grader.server.client import Asked, NoServerError
from grader.server.serve import MOST_AT_THE_DOOR
from grader.wire import Decoder


def graded(source: str, name: str = "a.py", **options: Any) -> Any:
    submission = Submission(exercise="adder", name=name, source=source.encode())
    with Asked(submission, GradeOptions(**{"timing": False, **options}), start=False) as asked:
        return asked.report()


def test_a_second_grading_uses_what_the_first_has_loaded(
    serve: Callable[..., Any], adder_reference: str, descendants: Callable[[int], set[int]]
) -> None:
    """The same examiner, and the same seed as long as none is asked for."""
    server = serve()

    first = graded(adder_reference)
    assert first.verdict is Verdict.ACCEPTED
    examiners = descendants(server.process.pid)
    second = graded(adder_reference + "\n# changed", "b.py")

    assert (second.verdict, second.seed, second.submission_name) == (Verdict.ACCEPTED, first.seed, "b.py")
    assert examiners & descendants(server.process.pid)
    standing = client.standing()
    assert standing is not None
    assert (standing.pid, standing.served, standing.warm, standing.busy) == (server.process.pid, 2, ("adder",), False)


def test_each_grading_has_the_options_it_asked_for(serve: Callable[..., Any], adder_reference: str) -> None:
    """Seed, parts, visible checks alone: none sticks to the next one."""
    serve()
    kept = graded(adder_reference).seed

    assert graded(adder_reference, seed=11).seed == 11
    assert graded(adder_reference, seed=12).seed == 12
    assert graded(adder_reference).seed == kept
    parts = graded(adder_reference, parts=("small",))
    assert {each.check.part for each in parts.checks if each.outcome is Outcome.PASSED} == {"small"}
    visible = graded(adder_reference, visible_only=True)
    assert {each.check.visibility for each in visible.checks if each.outcome is Outcome.PASSED} <= {"visible"}
    whole = graded(adder_reference)
    assert whole.verdict is Verdict.ACCEPTED
    assert whole.seed == kept


def test_a_wrong_submission_is_graded_as_without_a_server(
    serve: Callable[..., Any], adder_with: Callable[..., str], without_times: Callable[..., Any], adder_content: Any
) -> None:
    """Same seed, same report."""
    from grader.examiner.client import Examiner

    serve()
    source = adder_with("return 0")
    submission = Submission(exercise="adder", name="a.py", source=source.encode())
    with Examiner(options=GradeOptions(seed=5, timing=False), content=adder_content) as examiner:
        (cold,) = examiner.grade([submission])

    assert without_times(graded(source, seed=5)) == without_times(cold)


def test_two_shells_at_once_both_get_their_own(serve: Callable[..., Any], adder_with: Callable[..., str]) -> None:
    """One waits for the other."""
    serve()
    found: dict[int, Any] = {}

    def shell(number: int) -> None:
        found[number] = graded(adder_with(f"return {number}"), f"{number}.py")

    shells = [threading.Thread(target=shell, args=(number,)) for number in range(3)]
    for each in shells:
        each.start()
    for each in shells:
        each.join()

    assert [found[number].submission_name for number in range(3)] == ["0.py", "1.py", "2.py"]


def test_somebody_who_hangs_up_does_no_harm(serve: Callable[..., Any], adder_reference: str) -> None:
    """Before the grading or in the middle of it; nor does who talks nonsense."""
    server = serve()
    graded(adder_reference)
    for _ in range(3):
        Asked(Submission(exercise="adder", name="x", source=b""), GradeOptions(timing=False), start=False).close()
    with socket.socket(socket.AF_UNIX) as nonsense:
        nonsense.connect(str(server.path))
        nonsense.sendall(b"GET / HTTP/1.1\r\n\r\n" + b" " * 40)

    assert graded(adder_reference).verdict is Verdict.ACCEPTED


def test_who_comes_and_says_nothing_keeps_nobody_waiting(serve: Callable[..., Any], adder_reference: str) -> None:
    """Nor does who begins a word and never ends it; all of them are still there when others have been served."""
    server = serve()
    assert graded(adder_reference).verdict is Verdict.ACCEPTED
    silent = [socket.socket(socket.AF_UNIX) for _ in range(30)]
    for number, each in enumerate(silent):
        each.connect(str(server.path))
        each.sendall(b"GRW1"[: number % 5])

    assert client.standing() is not None
    assert graded(adder_reference).verdict is Verdict.ACCEPTED
    for each in silent:
        each.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has hung up on it yet
            each.recv(1)
        each.close()


def test_a_crowd_at_the_door_is_served_or_sent_away(
    serve: Callable[..., Any], adder_reference: str, until: Callable[[Callable[[], object]], bool]
) -> None:
    """More than it has places for, all at once, who say nothing: when they have gone it serves as before."""
    server = serve()
    assert until(lambda: client.standing() is not None)
    crowd = [socket.socket(socket.AF_UNIX) for _ in range(MOST_AT_THE_DOOR + 30)]
    for each in crowd:
        each.connect(str(server.path))
    assert until(lambda: sum(_sent_away(each) for each in crowd) >= 30)
    for each in crowd:
        each.close()

    assert until(lambda: client.standing() is not None)
    assert graded(adder_reference).verdict is Verdict.ACCEPTED


def _sent_away(visitor: socket.socket) -> bool:
    visitor.setblocking(False)
    try:
        return visitor.recv(1, socket.MSG_PEEK) == b""
    except ConnectionResetError:
        return True
    except BlockingIOError:
        return False


def test_a_server_killed_in_the_middle_is_done_without(
    serve: Callable[..., Any],
    adder_with: Callable[..., str],
    descendants: Callable[[int], set[int]],
    alive: Callable[[set[int]], set[int]],
    until: Callable[[Callable[[], object]], bool],
) -> None:
    """Who waits for a report hears of it at once, and nothing that it had started goes on."""
    server = serve()
    loop = Submission(exercise="adder", name="x", source=adder_with("while True: pass").encode())
    with Asked(loop, GradeOptions(timing=False), start=False) as asked:
        assert until(lambda: (found := client.standing()) is not None and found.busy)
        assert until(lambda: descendants(server.process.pid))
        below = descendants(server.process.pid)

        server.process.kill()

        with pytest.raises(NoServerError):
            asked.report()
    assert until(lambda: not alive(below))


@pytest.mark.parametrize(
    ("exercise", "options"),
    [
        ("../adder", {}),
        ("", {}),
        ("adder\0", {}),
        ("a" * 5_000, {}),
        ("adder", {"seed": -1}),
        ("adder", {"seed": 2**63 - 1}),
        ("adder", {"parts": ("nowhere", "\x1b[31m")}),
    ],
)
def test_a_strange_request_does_not_end_it(
    serve: Callable[..., Any], adder_reference: str, exercise: str, options: dict[str, Any]
) -> None:
    """Names that are no exercises, seeds of no sense: an answer or none, and the next one is served."""
    from grader.errors import GraderError

    server = serve()
    submission = Submission(exercise=exercise, name="x", source=b"")
    asking = Asked(submission, GradeOptions(timing=False, **options), start=False)
    with asking, contextlib.suppress(GraderError, NoServerError):
        asking.report()

    assert graded(adder_reference).verdict is Verdict.ACCEPTED
    standing = client.standing()
    assert standing is not None
    assert standing.pid == server.process.pid


def test_an_examiner_that_dies_is_replaced(
    serve: Callable[..., Any], adder_reference: str, descendants: Callable[[int], set[int]]
) -> None:
    """The grading that it took along fails as the server's fault; the next one is as good as ever."""
    import os
    import signal

    server = serve()
    graded(adder_reference)
    for pid in descendants(server.process.pid):
        with contextlib.suppress(ProcessLookupError):  # one takes those below it along
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(NoServerError):
        graded(adder_reference)
    assert graded(adder_reference).verdict is Verdict.ACCEPTED


def test_an_idle_server_ends_and_leaves_nothing(
    serve: Callable[..., Any],
    adder_reference: str,
    descendants: Callable[[int], set[int]],
    alive: Callable[[set[int]], set[int]],
    until: Callable[[Callable[[], object]], bool],
) -> None:
    """No socket, no process."""
    server = serve(idle_s=3.0)  # the time that it takes to start counts too
    graded(adder_reference)
    below = descendants(server.process.pid)

    assert until(lambda: server.process.poll() is not None)
    assert server.process.returncode == 0
    assert not server.path.exists()
    assert until(lambda: not alive(below))


def test_stop_ends_it_even_while_it_grades(
    serve: Callable[..., Any],
    adder_with: Callable[..., str],
    descendants: Callable[[int], set[int]],
    alive: Callable[[set[int]], set[int]],
    until: Callable[[Callable[[], object]], bool],
) -> None:
    """With everything that it started."""
    server = serve()
    loop = Submission(exercise="adder", name="x", source=adder_with("while True: pass").encode())
    with Asked(loop, GradeOptions(timing=False), start=False):
        assert until(lambda: (found := client.standing()) is not None and found.busy)
        assert until(lambda: descendants(server.process.pid))
        below = descendants(server.process.pid)

        stopped = client.stop()

    assert [each.pid for each in stopped] == [server.process.pid]
    assert until(lambda: server.process.poll() is not None)
    assert until(lambda: not alive(below))
    assert client.standing() is None


def test_a_server_whose_place_was_taken_ends(
    serve: Callable[..., Any], until: Callable[[Callable[[], object]], bool]
) -> None:
    """Nobody can find it any more; the socket of the other one is left alone."""
    first = serve()
    assert until(lambda: client.standing() is not None)
    second = serve()

    assert until(lambda: first.process.poll() is not None)
    assert second.path.exists()
    standing = client.standing()
    assert standing is not None
    assert standing.pid == second.process.pid


def test_a_fault_of_an_exercise_is_raised_as_itself(serve: Callable[..., Any], runtime: Path) -> None:
    """It would be the same without a server."""
    from grader.errors import UnknownExerciseError

    serve()
    with (
        Asked(Submission(exercise="subtractor", name="x", source=b""), GradeOptions(), start=False) as asked,
        pytest.raises(UnknownExerciseError),
    ):
        asked.report()


def test_only_a_few_examiners_are_kept(adder_content: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The one that was not used for longest goes first."""
    from grader.server import serve as module

    closed: list[object] = []

    class Fake:
        seed = 1

        def __init__(self, *, options: GradeOptions) -> None:
            self.options = options

        def close(self) -> None:
            closed.append(self)

    monkeypatch.setattr(module, "Examiner", Fake)
    made: dict[str, object] = {}
    with socket.socket() as listener:
        server = module.Server(listener, tmp_path / "s", 1.0)
        for slug in ("a", "b", "c", "a", "d"):
            made.setdefault(slug, server._examiner((slug, "", False), GradeOptions()))

    assert closed == [made["b"]]
    assert set(server._standing().warm) == {"a", "c", "d"}
    assert isinstance(server._standing(), protocol.Standing)


class Door:
    """A listener that fails a few times before somebody comes, and is closed then."""

    def __init__(self, *errors: OSError) -> None:
        self.errors = list(errors)
        self.here, self.theirs = socket.socketpair()
        self.came = False

    def accept(self) -> tuple[socket.socket, str]:
        if self.errors:
            raise self.errors.pop()
        if self.came:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        self.came = True
        return self.here, ""

    def fileno(self) -> int:
        return -1 if self.came else 3


def test_a_door_that_jams_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many open files, or somebody who has gone again: neither shuts out those who come later."""
    monkeypatch.setattr(serve_module, "DOOR_PAUSE_S", 0.0)
    door = Door(OSError(errno.EMFILE, ""), OSError(errno.ECONNABORTED, ""))
    server = serve_module.Server(door, tmp_path / "s.sock", 60.0)  # type: ignore[arg-type]
    with door.theirs:
        protocol.send(door.theirs, protocol.Status())
        server._door()  # returns, for it is closed in the end

        reply = protocol.receive_reply(door.theirs, Decoder(body_limit=protocol.BODY_LIMIT))

    assert isinstance(reply, protocol.Standing)
