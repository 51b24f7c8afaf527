"""Where things are: the content that grades, and the user's own cache and data folders.

Run from a checkout, the content is the checkout's; installed from a wheel, it is the copy inside the package. Nothing
here reads the content, and nothing here may depend on the current folder.
"""

from __future__ import annotations

import functools
import os
import tempfile
from pathlib import Path

import msgspec

DISTRIBUTION = "interview-grader"
CONTENT_DIR_VARIABLE = "GRADER_CONTENT_DIR"
DATA_DIR_VARIABLE = "GRADER_DATA_DIR"
RUNTIME_DIR_VARIABLE = "GRADER_RUNTIME_DIR"

_PACKAGE = Path(__file__).resolve().parent


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """The five content folders. Pass another one to the catalogue to grade with other content."""

    exercises: Path  # the only one that is ever handed to a candidate
    solutions: Path
    hidden: Path
    templates: Path
    attacks: Path


@functools.cache
def checkout() -> Path | None:
    """The root of the checkout that this package runs from, or None where it was installed from a wheel."""
    root = _PACKAGE.parent
    try:
        project = (root / "pyproject.toml").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    ours = f'name = "{DISTRIBUTION}"' in project.splitlines()  # every run asks: no TOML reader for one line
    return root if ours else None


def content() -> Content:
    """The content that belongs to this copy of the grader; with GRADER_CONTENT_DIR, the exercises of that folder."""
    wish = os.environ.get(CONTENT_DIR_VARIABLE)
    return content_at(Path(wish)) if wish else own_content()


@functools.cache
def own_content() -> Content:
    """The content that this copy of the grader came with."""
    root = checkout()
    if root is not None:
        return content_of_checkout(root)
    packaged = _PACKAGE / "_content"
    return Content(
        exercises=packaged / "exercises",
        solutions=packaged / "solutions",
        hidden=packaged / "hidden",
        templates=packaged / "templates",
        attacks=packaged / "attacks",
    )


def content_of_checkout(root: Path) -> Content:
    """The content folders of a tree that is laid out like the checkout."""
    return Content(
        exercises=root / "exercises",
        solutions=root / "solutions",
        hidden=root / "tests" / "hidden",
        templates=root / "templates",
        attacks=root / "tests" / "attacks",
    )


def content_at(folder: Path) -> Content:
    """The exercises of a folder that is laid out like the checkout; pages and the doctor's attacks are ours."""
    theirs = content_of_checkout(folder.resolve())
    return msgspec.structs.replace(theirs, templates=own_content().templates, attacks=own_content().attacks)


def exercises_dir() -> Path:
    """Stubs, visible tests and task texts, one folder a slug."""
    return content().exercises


def solutions_dir() -> Path:
    """References, accepted variants and mistakes, one folder a slug."""
    return content().solutions


def hidden_dir() -> Path:
    """Hidden tests, one folder a slug."""
    return content().hidden


def templates_dir() -> Path:
    """Jinja2 templates of the reports."""
    return content().templates


def attacks_dir() -> Path:
    """Hostile submissions, each with the outcome it must have."""
    return content().attacks


def cache_dir() -> Path:
    """The user's cache folder of the grader: everything in it can be made again. It may not exist yet."""
    import platformdirs  # here, because most runs never ask

    return Path(platformdirs.user_cache_dir("grader", appauthor=False))


def data_dir() -> Path:
    """The user's data folder of the grader: what must not be lost. It may not exist yet. GRADER_DATA_DIR moves it."""
    wish = os.environ.get(DATA_DIR_VARIABLE)
    if wish:
        return Path(wish)
    import platformdirs

    return Path(platformdirs.user_data_dir("grader", appauthor=False))


def runtime_dir() -> Path:
    """Where sockets of this user lie until the machine is started again. It may not exist yet, and is not checked."""
    wish = os.environ.get(RUNTIME_DIR_VARIABLE)
    if wish:
        return Path(wish)
    session = os.environ.get("XDG_RUNTIME_DIR")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(session, "grader") if session else Path(tempfile.gettempdir(), f"grader-{user}")
