"""A hostile submission for the installed product: look for the grader's secrets everywhere, and print what was found.

`tools/try_wheel.py` puts the names of all secret files before it: whoever wrote this has a copy of the grader, and
knows what is where. It runs where the candidate's libraries and the grader's content share one site-packages.
"""

import glob
import importlib.metadata
import importlib.resources
import importlib.util
import json
import os
import pkgutil
import sys
import sysconfig

found = []
looked = 0
SECRETS: list[str] = globals().get("SECRETS", [])
MARKS = (b"pytest.mark.check", b"# /// mistake", b"# /// accepted", b"interview-grader")


def look(path: str) -> None:
    """Anything that can be read at a path that nobody should know to exist."""
    global looked
    looked += 1
    try:
        with open(path, "rb") as file:
            if file.read(1):
                found.append(f"read {path}")
    except OSError:
        pass


def attempt(name, step):
    """Whatever a step returns is a find; its exceptions are none."""
    try:
        if result := step():
            found.append(f"{name}: {result!r:.300}")
    except BaseException:  # being refused is the wall's right
        pass


def marked(path):
    """Whether a record that can be read is one of the grader's."""
    with open(path, "rb") as file:
        content = file.read()
    return [mark for mark in MARKS if mark in content]


def walk(folder: str) -> None:
    """By name and, where it is text and small, by content."""
    global looked
    for where, _, names in os.walk(folder):
        inside = "grader" in where.split("/") or "_content" in where
        for name in names:
            path = os.path.join(where, name)
            looked += 1
            if inside:
                look(path)
            elif where.endswith((".dist-info", "site-packages")) and name in ("RECORD", "METADATA", "direct_url.json"):
                attempt(path, lambda path=path: marked(path))
            elif name.endswith((".pth", ".pyc")) and "grader" in name:
                look(path)


sites = sorted({*sys.path, *map(sysconfig.get_path, ("purelib", "platlib", "stdlib")), sys.prefix, sys.base_prefix})
homes = [module.__file__ for name, module in list(sys.modules.items()) if name.startswith("grader") and module]
homes = sorted({os.path.dirname(path) for path in homes if path})
folders = [folder for folder in (*sites, *homes, ".", "..", "/") if folder]

import grader  # noqa: E402  # its code is loaded, and public; it is the content that is not

for folder in [*folders, *grader.__path__]:
    for secret in SECRETS:
        look(os.path.join(folder, secret))
        look(os.path.join(folder, secret.removeprefix("grader/")))
        look(importlib.util.cache_from_source(os.path.join(folder, secret)) if secret.endswith(".py") else folder)
for folder in sites:
    walk(folder)
for folder in grader.__path__:
    attempt("list", lambda folder=folder: os.listdir(folder))
    attempt("scan", lambda folder=folder: [each.path for each in os.scandir(folder)])
    attempt("glob", lambda folder=folder: glob.glob(f"{folder}/**/*", recursive=True, include_hidden=True))
attempt("walk_packages", lambda: [each.name for each in pkgutil.walk_packages(grader.__path__, "grader.")])
for secret in SECRETS:
    attempt("get_data", lambda secret=secret: pkgutil.get_data("grader", secret.removeprefix("grader/")))
    attempt("loader", lambda secret=secret: grader.__loader__.get_data(os.path.join(grader.__path__[0], "..", secret)))
attempt("resources", lambda: [str(each) for each in importlib.resources.files("grader").iterdir()])
attempt("content", lambda: [*importlib.resources.files("grader").joinpath("_content/hidden").iterdir()])
attempt("distribution", lambda: importlib.metadata.distribution("interview-grader").files)
attempt("metadata", lambda: importlib.metadata.version("interview-grader"))
attempt(
    "distributions", lambda: [n for d in importlib.metadata.distributions() if "grader" in (n := str(d.name)).lower()]
)
attempt("entry points", lambda: [e for e in importlib.metadata.entry_points(group="pytest11") if "grader" in e.value])
attempt("exam", lambda: __import__("grader.exam"))
attempt("config", lambda: [str(each) for each in __import__("grader.config").config.hidden_dir().iterdir()])
attempt("hidden modules", lambda: [name for name in sys.modules if "hidden" in name and "grader" in name])

control = os.path.join(sysconfig.get_path("purelib"), "torch", "version.py")
print("CANARY " + json.dumps({"found": found[:50], "looked": looked, "control": os.path.getsize(control) > 0}))
