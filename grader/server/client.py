"""How commands reach the warm server: find it, start it if asked to, have something graded.

Every way in which that can fail is a `NoServerError`, upon which the caller grades without. Only what would go wrong
just the same without a server (a broken exercise, a missing tier of isolation) is raised as itself.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import msgspec

from grader import errors
from grader.errors import ExaminerDied, GraderError, IsolationError, SandboxError, WireError
from grader.examiner.protocol import Fault, Graded, Told
from grader.grading.options import GradeOptions, Progress
from grader.model import Report, Submission
from grader.server import protocol
from grader.server.place import NoServerError, check_peer, socket_file
from grader.wire import Decoder

__all__ = ["Asked", "NoServerError", "standing", "stop"]

IDLE_VARIABLE = "GRADER_SERVER_IDLE_MINUTES"
IDLE_LIMIT_S = 600.0
LOCK_WALL_S = 10.0  # for another shell to have started the server
ANSWER_WALL_S = 5.0  # for a word on how it goes
REPORT_WALL_S = 300.0  # between two signs of life of a grading
BACKLOG = 128
_TIMEVAL = struct.Struct("ll")
_KEPT = ("HOME", "PATH", "LANG", "TMPDIR", "USER", "LOGNAME")
_KEPT_PREFIXES = ("LC_", "XDG_", "GRADER_")


class Asked:
    """A grading that was asked for and goes on in the server. Close it, or use it as a context manager."""

    def __init__(self, submission: Submission, options: GradeOptions, *, start: bool) -> None:
        """
        Args:
            start: start a server where there is none.

        Raises:
            NoServerError: there is none; grade without.
        """
        self._connection = _connect(start=start)
        try:
            self._connection.settimeout(REPORT_WALL_S)
            protocol.send(self._connection, protocol.Ask(submission, options))
        except OSError as error:
            self.close()
            raise NoServerError(str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def report(self, on_progress: Callable[[Progress], None] | None = None) -> Report:
        """Wait for the report.

        Raises:
            NoServerError: the server failed; grade without.
            GraderError: a fault of ours that would be the same without the server.
        """
        decoder = Decoder(body_limit=protocol.BODY_LIMIT)
        while True:
            try:
                reply = protocol.receive_reply(self._connection, decoder)
            except (OSError, WireError, msgspec.MsgspecError) as error:
                raise NoServerError(str(error)) from error
            match reply:
                case Told(progress):
                    if on_progress is not None:
                        on_progress(progress)
                case Graded(report=report):
                    return report
                case Fault():
                    raise _error_of(reply)
                case _:
                    raise NoServerError("the server ended in the middle of it")


def standing() -> protocol.Standing | None:
    """How it goes with the server of this user and version; None where there is none."""
    try:
        return _ask(socket_file(), protocol.Status())
    except NoServerError:
        return None


def stop() -> tuple[protocol.Standing, ...]:
    """End this user's servers, those of other versions too, and wait until they no longer listen.

    Returns:
        Those that have ended.
    """
    try:
        paths = sorted(socket_file().parent.glob("*.sock"))
    except NoServerError:
        return ()
    ended = {path: found for path in paths if (found := _ask(path, protocol.Stop())) is not None}
    deadline_s = time.monotonic() + ANSWER_WALL_S
    while any(path.exists() for path in ended) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return tuple(found for path, found in ended.items() if not path.exists())


def _ask(path: Path, request: protocol.Request) -> protocol.Standing | None:
    try:
        connection = _try(path)
        if connection is None:
            return None
        with contextlib.closing(connection):
            check_peer(connection)
            connection.settimeout(ANSWER_WALL_S)
            protocol.send(connection, request)
            reply = protocol.receive_reply(connection, Decoder(body_limit=protocol.BODY_LIMIT))
    except (NoServerError, OSError, WireError, msgspec.MsgspecError):
        return None
    return reply if isinstance(reply, protocol.Standing) else None


def _error_of(fault: Fault) -> Exception:
    kind = getattr(errors, fault.kind, GraderError)
    if not (isinstance(kind, type) and issubclass(kind, GraderError)):
        kind = GraderError
    lost = issubclass(kind, (ExaminerDied, SandboxError, WireError)) and not issubclass(kind, IsolationError)
    return NoServerError(fault.en) if lost or kind is GraderError else kind(fault.en, fault.zh)


def _connect(*, start: bool) -> socket.socket:
    path = socket_file()
    found = _try(path)
    if found is None and start:
        with _lock(path.with_suffix(".lock")):
            found = _try(path)  # another shell may have been faster
            if found is None:
                _start(path)
                found = _try(path)
    if found is None:
        raise NoServerError("no warm server is running")
    check_peer(found)
    return found


def _try(path: Path) -> socket.socket | None:
    """A connection, or None where nobody listens; a socket left over by a crash is nobody."""
    connection = socket.socket(socket.AF_UNIX)
    # Where the queue of one that hangs is full, connecting would wait for ever; a timeout of Python's own never waits.
    connection.setsockopt(
        socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TIMEVAL.pack(*divmod(int(ANSWER_WALL_S * 1e6), 10**6))
    )
    try:
        connection.connect(str(path))
    except (ConnectionRefusedError, FileNotFoundError):
        connection.close()
        return None
    except OSError as error:
        connection.close()
        raise NoServerError(str(error)) from error
    return connection


@contextlib.contextmanager
def _lock(file: Path) -> Iterator[None]:
    """Be the only shell that starts a server. The kernel lets go of the lock when its holder dies."""
    import fcntl

    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise NoServerError(str(error)) from error
    try:
        deadline_s = time.monotonic() + LOCK_WALL_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > deadline_s:
                    raise NoServerError("another shell is starting the server and does not come to an end") from error
                time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _start(path: Path) -> None:
    """Start a server. The socket is made here, so that it can be spoken to while the server still loads."""
    from grader.examiner.client import isolation_flags  # here: most commands find a server and start none

    listener = socket.socket(socket.AF_UNIX)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        os.chmod(path, 0o600)
        listener.listen(BACKLOG)
        log = os.open(path.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            done = subprocess.run(
                [
                    *(sys.executable, *isolation_flags(), "-m", "grader.server"),
                    *(str(listener.fileno()), str(path), str(idle_limit_s())),
                ],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                pass_fds=(listener.fileno(),),
                cwd="/",
                start_new_session=True,
                check=False,
            )
        finally:
            os.close(log)
        if done.returncode != 0:
            path.unlink(missing_ok=True)
            raise NoServerError(f"the server did not start (exit {done.returncode})")
    except OSError as error:
        raise NoServerError(str(error)) from error
    finally:
        listener.close()


def idle_limit_s() -> float:
    """How long a server stays without work, in seconds: ten minutes, or what the environment says."""
    try:
        minutes = float(os.environ.get(IDLE_VARIABLE, ""))
    except ValueError:
        return IDLE_LIMIT_S
    return minutes * 60 if 0 < minutes < 24 * 60 else IDLE_LIMIT_S


def _environment() -> dict[str, str]:
    """What a server gets of the shell that happened to start it: its user's folders and language, nothing else."""
    return {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}
