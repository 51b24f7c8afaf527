"""A new exercise: every file that one needs, with marked blanks where only its author knows what to write.

What is written is the smallest exercise that the audit accepts once its blanks are filled: one part, one function, a
visible check, two hidden ones, a right solution, a variant, and two mistakes that the hidden checks catch one each. A
blank reads `FILL-IN[what belongs here]`; the audit lists those that are left, with file and line. Existing files are
never touched.
"""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

import msgspec

from grader.catalog.find import is_slug, slugs
from grader.catalog.load import load
from grader.catalog.version import content_files
from grader.config import Content, content, content_of_checkout
from grader.errors import ContentError, ReportError, UsageError
from grader.i18n import say
from grader.model import Exercise, Text

FUNCTION = "solve"
_SLUG_LIMIT = 40
_BLANK = re.compile(r"FILL-IN\[([^\]\n]*)\]")


class Blank(msgspec.Struct, frozen=True):
    """A place that its author has not filled yet."""

    file: Path
    line: int
    what: str


def scaffold(slug: str, root: Path, *, function: str = FUNCTION) -> tuple[Path, ...]:
    """Write the files of a new exercise.

    Args:
        slug: its name, a lower-case module name that is not taken.
        root: the folder that holds `exercises/`, `solutions/` and `tests/hidden/`, or will.
        function: the one name of its contract.

    Returns:
        The files, in the order in which an author best fills them.

    Raises:
        UsageError: the name cannot be used or is taken.
        ReportError: a file cannot be written.
    """
    where = content_of_checkout(root)
    written = []
    try:
        _refuse(slug, function, where)
        words = {"slug": slug, "function": function, "order": str(_next_order(where))}
        for template, file in _files(slug, where):
            file.parent.mkdir(parents=True, exist_ok=True)
            text = (content().templates / "exercise" / f"{template}.txt").read_text(encoding="utf-8")
            with file.open("x", encoding="utf-8") as stream:
                stream.write(Template(text).substitute(words))
            written.append(file)
    except OSError as error:
        said = say("{file} cannot be written: {reason}.", file=error.filename, reason=error.strerror)
        raise ReportError(said.en, said.zh) from error
    return tuple(written)


def blanks(exercise: Exercise) -> Iterator[Blank]:
    """The blanks that are left in an exercise, in order of file and line."""
    for folder in (exercise.folder, exercise.solutions, exercise.hidden):
        for file in content_files(folder):
            if file.suffix not in (".toml", ".md", ".py"):
                continue
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            for number, line in enumerate(lines, 1):
                yield from (Blank(file, number, found[1]) for found in _BLANK.finditer(line))


def _files(slug: str, where: Content) -> Iterator[tuple[str, Path]]:
    exercise, solutions, hidden = where.exercises / slug, where.solutions / slug, where.hidden / slug
    yield "README.md", exercise / "README.md"
    yield "README.zh.md", exercise / "README.zh.md"
    yield "stub.py", exercise / f"{slug}.py"
    yield "test_visible.py", exercise / "test_visible.py"
    yield "exercise.toml", exercise / "exercise.toml"
    yield "reference.py", solutions / f"{slug}.py"
    yield "accepted.py", solutions / "accepted" / "another_way.py"
    yield "wrong_values.py", solutions / "mistakes" / "wrong_values.py"
    yield "wrong_edges.py", solutions / "mistakes" / "wrong_edges.py"
    yield "hidden.py", hidden / f"test_{slug}.py"
    yield "NOTES.md", solutions / "NOTES.md"
    yield "NOTES.zh.md", solutions / "NOTES.zh.md"


def _refuse(slug: str, function: str, where: Content) -> None:
    if not is_slug(slug) or keyword.iskeyword(slug) or len(slug) > _SLUG_LIMIT:
        raise _usage(
            say(
                "{name!r} cannot name an exercise. Use lower-case letters, digits and underscores, a letter first, at"
                " most {limit} of them, and no word of Python.",
                name=slug,
                limit=_SLUG_LIMIT,
            )
        )
    if slug in sys.stdlib_module_names:
        raise _usage(say("{name!r} is a module of Python itself; the two would be confused.", name=slug))
    if not function.isidentifier() or keyword.iskeyword(function) or not function.isascii():
        raise _usage(say("{name!r} cannot name a function.", name=function))
    taken = [folder for _, file in _files(slug, where) if (folder := file.parent).exists()]
    if taken:
        raise _usage(say("There is a folder {folder} already. Nothing was changed.", folder=taken[0]))


def _next_order(where: Content) -> int:
    orders = [0]
    for slug in slugs(where):
        try:
            orders.append(load(slug, where).order)
        except ContentError:  # somebody else's unfinished exercise is no reason to refuse this one
            continue
    return max(orders) + 1


def _usage(text: Text) -> UsageError:
    return UsageError(text.en, text.zh)
