"""`python -I -m grader.examiner`: the process as its handle starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from grader.config import Content
from grader.examiner import protocol
from grader.wire import Decoder, receive_frame


class Started:
    """An examiner's process, with the test at the other end of its socket."""

    def __init__(self, *libraries: str) -> None:
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(60)
        command = [sys.executable, "-I", "-m", "grader.examiner", str(theirs.fileno()), "best", *libraries]
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, cwd="/")
        theirs.close()
        self._decoder = Decoder(body_limit=protocol.BODY_LIMIT)

    def hear(self) -> protocol.Event | None:
        frame = receive_frame(self.socket, self._decoder)
        return None if frame is None else protocol.event_of(frame)

    def end(self) -> tuple[int, bytes]:
        """Close the socket: its exit status and what it complained about."""
        self.socket.close()
        _, complaint = self.process.communicate(timeout=60)
        return self.process.returncode, complaint

    def kill(self) -> None:
        self.socket.close()
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def start() -> Iterator[Callable[..., Started]]:
    started: list[Started] = []

    def run(*libraries: str) -> Started:
        started.append(Started(*libraries))
        return started[-1]

    yield run
    for each in started:
        each.kill()


def test_it_starts_when_it_is_told_where_things_are(start: Callable[..., Started], adder_content: Content) -> None:
    """It says which tier its workers have, waits for jobs, and goes without a word when its socket closes."""
    examiner = start("math")
    protocol.send(examiner.socket, protocol.start_of(("adder",), adder_content, 7))

    assert isinstance(examiner.hear(), protocol.Started)
    assert examiner.end() == (0, b"")


def test_ctrl_c_is_for_the_command_line(start: Callable[..., Started], adder_content: Content) -> None:
    """An interrupt of the whole terminal does not make it fall out of its work with a traceback."""
    examiner = start("math")
    protocol.send(examiner.socket, protocol.start_of(("adder",), adder_content, 7))
    assert isinstance(examiner.hear(), protocol.Started)
    os.kill(examiner.process.pid, signal.SIGINT)

    assert examiner.end() == (0, b"")


def test_a_library_that_is_missing_is_said_on_the_socket(start: Callable[..., Started]) -> None:
    """By the name of the error's class, in both languages."""
    examiner = start("no_such_library")
    fault = examiner.hear()

    assert isinstance(fault, protocol.Fault)
    assert fault.kind == "SandboxError"
    assert "no_such_library" in fault.en
    assert "no_such_library" in fault.zh
    assert fault.en != fault.zh
    assert examiner.hear() is None


def test_a_closed_socket_at_the_start_is_an_end(start: Callable[..., Started]) -> None:
    """Whoever started it is gone already: it goes too, and its zygote with it."""
    assert start("math").end() == (0, b"")


def test_it_dies_with_whoever_started_it(
    descendants: Callable[[int], set[int]], alive: Callable[[set[int]], set[int]], until: Callable[..., bool]
) -> None:
    """Killed without a chance to clean up, the command line leaves neither examiner nor zygote."""
    code = (
        "import socket, subprocess, sys\n"
        "ours, theirs = socket.socketpair()\n"
        "subprocess.Popen([sys.executable, '-I', '-m', 'grader.examiner', str(theirs.fileno()), 'best'],"
        " pass_fds=[theirs.fileno()], cwd='/')\n"
        "print('started', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        assert until(lambda: len(descendants(parent.pid)) >= 3)
        everybody = descendants(parent.pid)
        parent.kill()

    assert until(lambda: not alive(everybody))
