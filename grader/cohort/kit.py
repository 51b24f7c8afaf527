"""The kit: what a candidate is given, as one zip.

Only an allow-list of names from `exercises/<slug>/` enters: the stub, the task in both languages, the visible tests,
`support.py`, the sheet of questions, and `data/`. `exercise.toml` stays behind, for it holds hints, answers and
budgets; nothing is ever read from the solutions or the hidden tests. The same content gives the same bytes: members
are sorted, stored without compression, and dated alike.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from string import Template

from grader.catalog.load import load
from grader.catalog.reading import read_regular
from grader.catalog.version import content_files
from grader.config import DISTRIBUTION, Content, content
from grader.errors import ContentError, UsageError
from grader.i18n import say
from grader.model import Exercise

_ALWAYS = ("README.md", "README.zh.md", "test_visible.py", "support.py", "answers.md")  # beside the stub and data/
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_MODE = 0o644 << 16
_MEMBER_CAP_BYTES = 50_000_000
_NOTES = (("README.md", "kit/README.md"), ("README.zh.md", "kit/README.zh.md"))


def kit(slugs: Sequence[str], where: Content | None = None) -> bytes:
    """The zip with these exercises.

    Args:
        slugs: known exercises, in any order.
        where: other content than this copy's own.

    Raises:
        UsageError: no exercise was asked for.
        ContentError: an exercise is broken, holds a link, or offers as its stub what is also a solution.
    """
    where = where or content()
    if not slugs:
        text = say("This copy of the grader holds no exercises to put into a kit.")
        raise UsageError(text.en, text.zh)
    exercises = [load(slug, where) for slug in sorted(set(slugs))]
    members: dict[str, bytes] = {}
    for exercise in exercises:
        for file in _files(exercise):
            name = f"{exercise.slug}/{file.relative_to(exercise.folder).as_posix()}"
            members[name] = _read(file)
        _refuse_solution(exercise, members[f"{exercise.slug}/{exercise.slug}.py"])
    for name, template in _NOTES:
        members[name] = _note(where.templates / template, exercises)
    return _zip(members)


def _files(exercise: Exercise) -> list[Path]:
    names = [exercise.folder / name for name in (*_ALWAYS, exercise.stub.name)]
    data = exercise.folder / "data"
    found = [each for each in names if each.exists() or each.is_symlink()]
    return [*found, *(content_files(data) if data.is_dir() and not data.is_symlink() else ())]


def _read(file: Path) -> bytes:
    """A file's bytes; a link is refused, for it could lead to a solution."""
    return read_regular(file, _MEMBER_CAP_BYTES)


def _refuse_solution(exercise: Exercise, stub: bytes) -> None:
    right = [exercise.reference, *(each.path for each in exercise.accepted)]
    if any(stub.strip() == file.read_bytes().strip() for file in right):
        text = say("{file} is a solution, not a stub. Empty the bodies of its functions.", file=exercise.stub)
        raise ContentError(text.en, text.zh)


def _note(template: Path, exercises: Sequence[Exercise]) -> bytes:
    words = {
        "exercises": "\n".join(
            f"- `{each.slug}/` — {each.title.in_language('zh' if '.zh.' in template.name else 'en')}"
            for each in exercises
        ),
        "first": exercises[0].slug,
        "requirements": " ".join(f'"{each}"' for each in requirements(exercises)),
    }
    return Template(template.read_text(encoding="utf-8")).substitute(words).encode()


def requirements(exercises: Iterable[Exercise]) -> tuple[str, ...]:
    """What pip must install for these exercises, in the versions that this grader grades with.

    A library that this grader does not itself ask for stands without a version; what comes with Python is left out.
    """
    tops = {library.partition(".")[0] for exercise in exercises for library in exercise.libraries}
    wanted = sorted({"pytest", *tops} - sys.stdlib_module_names)
    known = _own_requirements()
    return tuple(known.get(name.lower().replace("_", "-"), name) for name in wanted)


def _own_requirements() -> dict[str, str]:
    """The requirements of this distribution by name, extras apart."""
    try:
        lines = requires(DISTRIBUTION) or []
    except PackageNotFoundError:  # run from a tree that nobody installed
        return {}
    plain = [line for line in lines if ";" not in line]
    names = [line[: next((at for at, sign in enumerate(line) if sign in "<>=!~[ "), len(line))] for line in plain]
    return {name.lower().replace("_", "-"): line for name, line in zip(names, plain, strict=True)}


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3  # the same bytes wherever it is made
            entry.external_attr = _MODE
            archive.writestr(entry, members[name])
    return buffer.getvalue()
