"""What an attack may find outside, and what is watched: a canary's holder, listeners, a tree of files.

The decoy is a process that holds the canary in its environment, its arguments and its memory, and does nothing. It is
ours, so that an attack that reaches it harms nobody.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_FOLDER_LIMIT_BYTES = 90  # the path of a socket is limited to 107 bytes
_WAIT = "import sys; print('up', flush=True); sys.stdin.read()"


class Decoy:
    """A process that holds the canary."""

    def __init__(self, canary: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WAIT, canary],
            env={"GRADER_CANARY": canary},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def untouched(self) -> bool:
        """Whether it lives and has neither been stopped nor is traced."""
        if self._process.poll() is not None:
            return False
        status = Path(f"/proc/{self.pid}/status")
        if not status.exists():  # a system without /proc
            return True
        fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        return fields["State"][0] in "SRD" and fields["TracerPid"].strip() == "0"

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Listeners:
    """Sockets that nobody should ever connect to: TCP and UDP on the loopback, and Unix ones by path and by name."""

    def __init__(self, folder: Path) -> None:
        self._sockets: list[socket.socket] = []
        tcp = self._open(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        udp = self._open(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self.tcp_port = int(tcp.getsockname()[1])
        self.udp_port = int(udp.getsockname()[1])
        self._elsewhere: tempfile.TemporaryDirectory[str] | None = None
        if len(os.fsencode(folder)) > _FOLDER_LIMIT_BYTES:
            self._elsewhere = tempfile.TemporaryDirectory(prefix="grader-attack-", dir="/tmp")
        self.path = str(Path(self._elsewhere.name if self._elsewhere else folder, "listener"))
        self._open(socket.AF_UNIX, socket.SOCK_STREAM, self.path)
        self.abstract = f"grader-attack-{secrets.token_hex(8)}" if sys.platform == "linux" else ""
        if self.abstract:
            self._open(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.abstract}")

    def _open(self, family: int, kind: int, address: tuple[str, int] | str) -> socket.socket:
        sock = socket.socket(family, kind)
        self._sockets.append(sock)
        sock.bind(address)
        sock.setblocking(False)
        if kind == socket.SOCK_STREAM:
            sock.listen(64)
        return sock

    def contacts(self) -> list[str]:
        """Who has knocked since last asked."""
        found: list[str] = []
        for sock in self._sockets:
            with contextlib.suppress(BlockingIOError):
                while True:
                    if sock.type == socket.SOCK_STREAM:
                        sock.accept()[0].close()
                    else:
                        sock.recv(1)
                    found.append(f"{sock.family.name} {sock.type.name}")
        return found

    def close(self) -> None:
        for sock in self._sockets:
            sock.close()
        if self._elsewhere is not None:
            self._elsewhere.cleanup()


class Tree:
    """Files that must stay as they are, and folders in which nothing may appear that bears the marker."""

    def __init__(self, root: Path, marker: str) -> None:
        self._root = root
        self._marker = marker
        self._before = dict(self._facts())

    def changes(self) -> list[str]:
        """What is different from the beginning, and what has appeared. The latter is removed."""
        after = dict(self._facts())
        found = [path for path in self._before.keys() | after.keys() if self._before.get(path) != after.get(path)]
        for folder in self.writable_guesses():
            with contextlib.suppress(OSError):
                for name in os.listdir(folder):
                    if self._marker in name:
                        found.append(os.path.join(folder, name))
                        os.unlink(found[-1])
        return found

    @staticmethod
    def writable_guesses() -> list[str]:
        """Folders where something may be left for later processes to find."""
        home = os.path.expanduser("~")
        guesses = {tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", home, f"{home}/.cache", os.getcwd(), "/"}
        guesses |= {path for path in sys.path if os.path.isdir(path)}
        return sorted(guesses)

    def _facts(self) -> Iterator[tuple[str, object]]:
        for folder, _, files in os.walk(self._root):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                status = os.lstat(path)
                names = os.listxattr(path, follow_symlinks=False) if hasattr(os, "listxattr") else []
                size = status.st_size if stat.S_ISREG(status.st_mode) else 0
                # The folder's own time moves when pytest leaves its bytecode beside the tests.
                time_ns = status.st_mtime_ns if stat.S_ISREG(status.st_mode) else 0
                yield path, (status.st_mode, status.st_uid, status.st_gid, size, time_ns, tuple(names))
