"""Scratch folders where a worker cannot mount its own: made before it is forked, removed after it is dead.

What a submission leaves in its folder is hostile: deep, wide, linked to elsewhere, closed to its owner. Nothing here
follows a link, opens a file, recurses, or believes a name. It must not know what a worker is.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile

_PREFIX = "grader-scratch-"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class ScratchParent:
    """One folder in the system's temporary folder that holds the scratch folders of one zygote's workers."""

    def __init__(self, *, shared: bool) -> None:
        """Make it, and remove what zygotes that were killed have left there.

        Args:
            shared: other uids must be able to pass through it.
        """
        remove_leftovers()
        self.path = tempfile.mkdtemp(prefix=_PREFIX)
        os.chmod(self.path, 0o711 if shared else 0o700)
        self._descriptor = os.open(self.path, _FOLDER)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def make(self, name: str, uid: int | None) -> str:
        """Make a folder for one worker and return its path."""
        os.mkdir(name, 0o700, dir_fd=self._descriptor)
        if uid is not None:
            os.chown(name, uid, uid, dir_fd=self._descriptor, follow_symlinks=False)
        return os.path.join(self.path, name)

    def remove(self, name: str) -> None:
        """Remove the folder of a worker that is dead."""
        remove_tree(self._descriptor, name)

    def remove_if_empty(self, name: str) -> bool:
        """As `remove`, where nothing is in it, which takes no time; False where something is."""
        try:
            os.rmdir(name, dir_fd=self._descriptor)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Remove everything. The workers must be dead."""
        for name in os.listdir(self._descriptor):
            remove_tree(self._descriptor, name)
        os.rmdir(self.path)
        os.close(self._descriptor)


def remove_leftovers() -> None:
    """Remove the folders of zygotes that no longer live: those of ours that nobody holds locked."""
    folder = tempfile.gettempdir()
    for name in os.listdir(folder):
        if not name.startswith(_PREFIX):
            continue
        with contextlib.suppress(OSError):  # somebody else's, in use, or gone meanwhile
            parent = os.open(folder, _FOLDER)
            try:
                _remove_if_left(parent, name)
            finally:
                os.close(parent)


def _remove_if_left(parent: int, name: str) -> None:
    descriptor = os.open(name, _FOLDER, dir_fd=parent)
    try:
        if os.fstat(descriptor).st_uid == os.getuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_tree(parent, name)
    finally:
        os.close(descriptor)


def remove_tree(parent: int, name: str) -> None:
    """Remove a folder with all that is in it, in constant depth and with three descriptors, following no link.

    Folders found inside are moved up and emptied in turn, so that depth is of no consequence.

    Args:
        parent: descriptor of the folder that holds it.
        name: its name there.
    """
    top = _open_folder(parent, name)
    moved = 0
    try:
        while names := os.listdir(top):
            for entry in names:
                if _unlinked(top, entry):
                    continue
                moved = _empty(top, entry, moved)
    finally:
        os.close(top)
    os.rmdir(name, dir_fd=parent)


def _empty(top: int, entry: str, moved: int) -> int:
    folder = _open_folder(top, entry)
    try:
        for child in os.listdir(folder):
            if not _unlinked(folder, child):
                moved = _move_up(folder, child, top, moved)
    finally:
        os.close(folder)
    os.rmdir(entry, dir_fd=top)
    return moved


def _move_up(folder: int, child: str, top: int, moved: int) -> int:
    _own(folder, child)  # moving a folder writes to it
    while True:
        moved += 1
        try:
            os.rename(child, f"moved-{moved}", src_dir_fd=folder, dst_dir_fd=top)
        except OSError:
            if not _exists(top, f"moved-{moved}"):
                raise
        else:
            return moved


def _exists(folder: int, name: str) -> bool:
    try:
        os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def _unlinked(folder: int, name: str) -> bool:
    if stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
        return False
    os.unlink(name, dir_fd=folder)
    return True


def _own(parent: int, name: str) -> None:
    """Open a folder to ourselves that was made with no permissions."""
    if stat.S_IMODE(os.lstat(name, dir_fd=parent).st_mode) & 0o700 == 0o700:
        return
    # The worker is dead and nobody else may write here: what was a folder a moment ago still is.
    os.chmod(name, 0o700, dir_fd=parent)


def _open_folder(parent: int, name: str) -> int:
    _own(parent, name)
    return os.open(name, _FOLDER, dir_fd=parent)
