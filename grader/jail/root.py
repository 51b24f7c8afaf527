"""A root of its own: an empty file system that shows the interpreter, its packages and nothing else, all read-only.

Mount points are fresh folders that everyone may pass, so that what counts is the permissions of the shown part alone,
and an interpreter below somebody's closed home still works under another uid. It must not know what a worker is.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

from grader.jail import libc

SCRATCH = "/scratch"  # the mount point of each worker's private file system; /tmp leads there

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
_OPEN_TREE_CLONE, _AT_RECURSIVE, _AT_EMPTY_PATH, _AT_FDCWD = 1, 0x8000, 0x1000, -100
_MOVE_MOUNT_F_EMPTY_PATH = 4
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV, ATTR_NOEXEC = 1, 2, 4, 8

_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_EMPTY_FOLDER, _EMPTY_FILE = "/.empty/folder", "/.empty/file"


def clone_tree(path: str, attributes: int) -> int:
    """A detached copy of the mounts at and below a path, with these attributes already on it."""
    flags = _OPEN_TREE_CLONE | _AT_RECURSIVE | os.O_CLOEXEC
    tree = libc.syscall("open_tree", _AT_FDCWD, os.fsencode(path), flags)
    try:
        set_attributes(tree, attributes)
    except OSError:
        os.close(tree)
        raise
    return tree


def set_attributes(tree: int, attributes: int) -> None:
    """Add attributes to all mounts of a detached tree."""
    wanted = struct.pack("=QQQQ", attributes, 0, 0, 0)
    libc.syscall("mount_setattr", tree, b"", _AT_EMPTY_PATH | _AT_RECURSIVE, wanted, len(wanted))


def resolve(paths: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Follow paths component by component.

    Returns:
        the symbolic links met on the way, with their targets; and the real paths at the end of the way.
    """
    links: dict[str, str] = {}
    ends: set[str] = set()
    for path in paths:
        if not os.path.exists(path):
            continue
        rest = [part for part in path.split("/") if part]
        at = ""
        while rest:
            part = rest.pop(0)
            if part == "..":
                at = os.path.dirname(at)
                continue
            here = f"{at}/{part}"
            if os.path.islink(here):
                links[here] = target = os.readlink(here)
                rest = [piece for piece in target.split("/") if piece not in ("", ".")] + rest
                at = "" if target.startswith("/") else at
            else:
                at = here
        ends.add(at)
    return links, {end for end in ends if not any(end.startswith(other + "/") for other in ends)}


def build(read_paths: Iterable[str], masked_paths: Iterable[str]) -> None:
    """Make the private root and change to it; the calling process must be in a mount namespace of its own.

    Raises:
        OSError: some step was refused; the process must not go on.
    """
    libc.mount("none", "/", None, MS_REC | MS_PRIVATE)
    links, ends = resolve(read_paths)
    masks = [os.path.realpath(path) for path in masked_paths]
    read_only = ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV
    trees = {path: clone_tree(path, read_only) for path in sorted(ends)}
    devices = {path: clone_tree(path, ATTR_NOSUID | ATTR_NOEXEC) for path in _DEVICES}

    # The sources are held by descriptors, so the new root may cover whatever it likes.
    cover = "/tmp" if os.path.isdir("/tmp") else "/mnt"
    libc.mount("tmpfs", cover, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,nr_inodes=4096,mode=0755")
    os.chdir(cover)
    previous = os.umask(0o022)
    for path, tree in (trees | devices).items():
        _attach(tree, path)
    for link, target in links.items():
        if not any(link.startswith(path + "/") for path in trees):
            os.makedirs(os.path.dirname("." + link), exist_ok=True)
            os.symlink(target, "." + link)
    os.makedirs("." + SCRATCH)
    if not os.path.lexists("./tmp"):  # or something that is shown is below it
        os.symlink(SCRATCH, "./tmp")
    _mask(path for path in masks if any(path.startswith(shown + "/") for shown in trees))
    os.umask(previous)
    libc.mount("none", ".", None, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)

    libc.syscall("pivot_root", b".", b".")
    libc.detach(".")
    os.chdir("/")


def _attach(tree: int, path: str) -> None:
    place = "." + path
    if os.path.isdir(tree):
        os.makedirs(place, exist_ok=True)
    else:
        _touch(place)
    libc.syscall("move_mount", tree, b"", _AT_FDCWD, os.fsencode(place), _MOVE_MOUNT_F_EMPTY_PATH)
    os.close(tree)


def _touch(place: str) -> None:
    os.makedirs(os.path.dirname(place), exist_ok=True)
    os.close(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))


def _mask(paths: Iterable[str]) -> None:
    os.makedirs("." + _EMPTY_FOLDER)
    _touch("." + _EMPTY_FILE)
    for path in paths:
        place = "." + path
        if not os.path.lexists(place):
            continue
        empty = "." + (_EMPTY_FOLDER if os.path.isdir(place) else _EMPTY_FILE)
        libc.mount(empty, place, None, MS_BIND)


def mount_scratch(size_bytes: int, inodes: int, uid: int) -> None:
    """Mount a worker's private file system at `SCRATCH`; it goes when the worker's mount namespace does."""
    options = f"size={size_bytes},nr_inodes={inodes},mode=0700,uid={uid},gid={uid}"
    libc.mount("scratch", SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options)
