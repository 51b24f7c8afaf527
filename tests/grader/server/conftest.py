"""A warm server of the exercise `adder`, in a process and a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader import config
from grader.config import Content
from grader.server import client

PATIENCE_WALL_S = 60.0  # only ever waited out by a test that is about to fail
SERVER = """
import socket, sys
from pathlib import Path
from grader import config
from grader.server import serve
names = config.Content.__struct_fields__
content = config.Content(**{name: Path(each) for name, each in zip(names, sys.argv[4:9])})
config.content = lambda: content
serve.REQUEST_WALL_S = 60.0  # on a busy machine too, nobody is sent away because others were slow
serve.Server(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), float(sys.argv[3])).run()
"""


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short private folder for sockets; a server that was started in it is ended."""
    folder = Path(tempfile.mkdtemp(prefix="gr-", dir="/tmp"))  # short, whatever TMPDIR is
    monkeypatch.setenv(config.RUNTIME_DIR_VARIABLE, str(folder))
    monkeypatch.setattr(client, "ANSWER_WALL_S", PATIENCE_WALL_S)  # a server that was just started loads for seconds
    monkeypatch.setattr(client, "LOCK_WALL_S", PATIENCE_WALL_S)
    yield folder
    monkeypatch.setattr(client, "ANSWER_WALL_S", PATIENCE_WALL_S)  # whatever the test has made of it
    client.stop()
    shutil.rmtree(folder, ignore_errors=True)


class Started:
    """A server that a test started."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path) -> None:
        self.process = process
        self.path = path


@pytest.fixture
def serve(runtime: Path, adder_content: Content, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Started]]:
    """Start a server of `adder` where clients look for it."""
    path = runtime / "s.sock"
    monkeypatch.setattr(client, "socket_file", lambda: path)
    started: list[Started] = []

    def start(idle_s: float = 60.0) -> Started:
        listener = socket.socket(socket.AF_UNIX)
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        listener.listen(8)
        folders = [str(getattr(adder_content, name)) for name in adder_content.__struct_fields__]
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(listener.fileno()), str(path), str(idle_s), *folders],
            pass_fds=(listener.fileno(),),
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            start_new_session=True,
        )
        listener.close()
        started.append(Started(process, path))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.terminate()
        each.process.wait(timeout=PATIENCE_WALL_S)
