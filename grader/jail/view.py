"""Which files a worker must be able to read: the interpreter, its packages and the system's libraries, not the grader.

Computed on the trusted side, from the interpreter that computes it. Nothing is shown because it is a parent folder of
something needed: not `/`, not a home, not a project that happens to hold the virtual environment.
"""

from __future__ import annotations

import glob
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence

_SYSTEM = (
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
)
_STORES = ("/nix/store", "/gnu/store")
# Never shown as a whole, whatever a strange interpreter says about itself.
_TOO_MUCH = {"/", "/bin", "/boot", "/dev", "/etc", "/home", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/srv"}
_TOO_MUCH |= {"/sys", "/tmp", "/usr", "/usr/local", "/usr/share", "/var"}


def read_paths(extra: Iterable[str] = ()) -> tuple[str, ...]:
    """What the running interpreter needs, without the entries that lie inside of others.

    Args:
        extra: more files and folders to show, absolute.
    """
    found = [*_interpreter(), *_SYSTEM, *extra]
    found += [store for store in _STORES if os.path.realpath(sys.base_prefix).startswith(store + "/")]
    home = os.path.realpath(os.path.expanduser("~"))
    shown = {
        os.path.normpath(path)
        for path in found
        if os.path.exists(path) and os.path.realpath(path) not in _TOO_MUCH and os.path.realpath(path) != home
    }
    return tuple(sorted(path for path in shown if not any(path.startswith(other + "/") for other in shown)))


def _interpreter() -> Iterator[str]:
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}:
        yield from (os.path.join(prefix, name) for name in ("lib", "lib64"))
    yield from site_folders()
    for name in ("stdlib", "platstdlib"):
        yield sysconfig.get_path(name)


def site_folders() -> list[str]:
    """The folders where packages are installed, as far as the interpreter imports from them."""
    installed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    installed |= {path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages")}
    return sorted(path for path in installed if os.path.isdir(path))


def masked_paths(shown: Sequence[str]) -> tuple[str, ...]:
    """What belongs to the grader itself and lies inside of what is shown.

    Its package with the content in it, its distribution's records, and the files by which an editable installation
    points to the project; the project, too, where it lies inside.

    Args:
        shown: what `read_paths` said.
    """
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    project = os.path.dirname(package)
    sites = [os.path.realpath(folder) for folder in site_folders()]
    own = {package}
    if project not in sites:
        own |= set(_outside_of(project, [os.path.realpath(path) for path in shown]))
    for site in sites:
        own |= set(_records(site, project, installed_here=project == site))
    real_shown = [os.path.realpath(path) for path in shown]
    return tuple(sorted(path for path in own if any(path.startswith(root + "/") for root in real_shown)))


def _outside_of(project: str, shown: Sequence[str]) -> Iterator[str]:
    """The project, or where something that is shown lies inside of it, its other entries."""
    if not any(path.startswith(project + "/") for path in shown):
        yield project
        return
    for entry in os.scandir(project):
        if not any(f"{path}/".startswith(entry.path + "/") for path in shown):
            yield entry.path


def _records(site: str, project: str, *, installed_here: bool) -> Iterator[str]:
    pointer = project.encode()
    for path in glob.glob(f"{site}/*.pth") + glob.glob(f"{site}/__editable__*"):
        if os.path.isfile(path) and pointer in _content(path):
            yield path
    for folder in glob.glob(f"{site}/*.dist-info"):
        editable = pointer in _content(f"{folder}/direct_url.json")
        record = _content(f"{folder}/RECORD") if installed_here or editable else b""
        if editable or re.search(rb"^grader/jail/view\.py,", record, re.MULTILINE):
            yield folder
            names = re.findall(rb"^([^/,\n]+)[/,]", record, re.MULTILINE)
            yield from (os.path.join(site, os.fsdecode(name)) for name in set(names) - {b"..", b"__pycache__"})


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def closed_to_others(needed: Iterable[str]) -> Iterator[str]:
    """What another uid could not read of these paths, if only the parts inside of `read_paths` counted."""
    shown = read_paths()
    for path in needed:
        roots = [root for root in shown if f"{path}/".startswith(root + "/")]
        while roots and len(path) >= len(roots[0]):
            status = os.stat(path)
            wanted = 0o5 if os.path.isdir(path) else 0o4
            if status.st_mode & wanted != wanted:
                yield path
            path = os.path.dirname(path)
