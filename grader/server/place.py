"""Where the warm server of one user and one version listens, and who may speak with whom.

The socket lies in a folder that only its owner can enter; its name holds a hash of this copy of the grader and of all
exercises, so that what was changed is never served by what was loaded before. Both sides ask the kernel who is at the
other end. This module starts nothing and sends nothing.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from grader import __version__, config

PATH_LIMIT_BYTES = 100  # of a socket's path; the kernel's own is 108 with the zero
_PACKAGE = Path(__file__).resolve().parent.parent
_PEER = struct.Struct("3i")


class NoServerError(Exception):
    """There is no warm server to be had; grade without."""


def supported() -> bool:
    """Whether this system can tell who is at the other end of a socket."""
    return hasattr(socket, "SO_PEERCRED") and hasattr(socket, "AF_UNIX")


def socket_file() -> Path:
    """Where the server of this user and version listens, if it does.

    Raises:
        NoServerError: there is no folder that is this user's alone, or the content cannot be read.
    """
    if not supported():
        raise NoServerError("this system cannot tell who is at the other end of a socket")
    folder = _private_folder()
    try:
        path = folder / f"{version_key()}.sock"
    except OSError as error:  # a file of the content is nobody's to read, or is just being replaced
        raise NoServerError(str(error)) from error
    if len(os.fsencode(path)) > PATH_LIMIT_BYTES:
        raise NoServerError(f"{path} is too long for a socket")
    return path


def version_key() -> str:
    """A hash over the interpreter, this copy of the grader and the content that it grades with, 16 hex digits."""
    digest = hashlib.blake2b(f"{__version__}\0{sys.prefix}\0{sys.version}".encode(), digest_size=8)
    content = config.content()
    for root in (_PACKAGE, content.exercises, content.solutions, content.hidden):
        for name, path in sorted(_files(str(root))):
            with open(path, "rb") as file:
                data = file.read()
            digest.update(f"\0{name}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
    return digest.hexdigest()


def check_peer(connection: socket.socket) -> None:
    """Speak with nobody but ourselves.

    Raises:
        NoServerError: the process at the other end is another user's.
    """
    packed = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _, user, _ = _PEER.unpack(packed)
    if user != os.getuid():
        raise NoServerError(f"user {user} is at the other end of the socket")


def _private_folder() -> Path:
    folder = config.runtime_dir().absolute()  # the server lives elsewhere
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = os.lstat(folder)
    except OSError as error:
        raise NoServerError(str(error)) from error
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid() or stat.S_IMODE(seen.st_mode) & 0o077:
        raise NoServerError(f"{folder} is not a folder that only its owner can enter")
    return folder


def _files(root: str, inner: str = "") -> Iterator[tuple[str, str]]:
    """Names and paths of all files that can change a grade; caches and dot files are left out."""
    try:
        entries = list(os.scandir(os.path.join(root, inner)))
    except FileNotFoundError:
        return
    for entry in entries:
        name = os.path.join(inner, entry.name)
        if entry.name.startswith(".") or entry.name == "__pycache__" or entry.name.endswith(".pyc"):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(root, name)
        elif entry.is_file():
            yield name, entry.path
