"""Load one exercise: `exercise.toml`, the mistakes and the accepted variants, checked against each other.

What is broken is refused with a `ContentError` that names the file, the key and the remedy. Whether the content is
*sound* (the stub scores nothing, each mistake is caught) is for the audit; here nothing is run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from grader.catalog.broken import content_error, from_decoder
from grader.catalog.find import FILE_NAME, require
from grader.catalog.header import read_accepted, read_mistake
from grader.catalog.links import check_links
from grader.catalog.schema import SCHEMA, ExerciseFile, VisibleEntry, keys_of
from grader.catalog.version import version_of
from grader.config import Content, content
from grader.i18n import say
from grader.model import (
    Accepted,
    Budget,
    Check,
    Exercise,
    FollowUp,
    Function,
    Mistake,
    NotAllowed,
    Part,
    Pretrained,
    Support,
    Text,
)


def load(slug: str, where: Content | None = None) -> Exercise:
    """Load an exercise.

    Args:
        slug: its name.
        where: other content than the grader's own.

    Raises:
        UnknownExerciseError: there is no such exercise.
        ContentError: one of its files is broken.
    """
    where = where or content()
    slug = require(slug, where)
    folder, solutions, hidden = where.exercises / slug, where.solutions / slug, where.hidden / slug
    file = folder / FILE_NAME
    raw = _read_toml(file)
    entry = _decode(raw, file)
    exercise = Exercise(
        slug=slug,
        version=version_of((folder, solutions, hidden)),
        order=entry.order,
        title=msgspec.convert(raw["title"], Text),
        summary=msgspec.convert(raw["summary"], Text),
        difficulty=entry.difficulty,
        minutes=entry.minutes,
        libraries=entry.libraries,
        budget=msgspec.convert(raw.get("budget", {}), Budget),
        parts=msgspec.convert(raw["parts"], tuple[Part, ...]),
        functions=msgspec.convert(raw["functions"], tuple[Function, ...]) + _questions(entry),
        support=msgspec.convert(raw.get("support", []), tuple[Support, ...]),
        not_allowed=msgspec.convert(raw.get("not_allowed", []), tuple[NotAllowed, ...]),
        visible=tuple(_visible(each, entry) for each in entry.visible),
        models=msgspec.convert(raw.get("models", []), tuple[Pretrained, ...]),
        followups=msgspec.convert(raw.get("followups", []), tuple[FollowUp, ...]),
        mistakes=_mistakes(solutions / "mistakes", entry),
        accepted=_accepted(solutions / "accepted", entry),
        folder=folder,
        solutions=solutions,
        hidden=hidden,
        time_budgets=entry.time_budgets,
        memory_budgets=entry.memory_budgets,
    )
    _require_files(exercise, file)
    check_links(exercise, file)
    return exercise


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise content_error(file, "", say("is not TOML: {reason}.", reason=error)) from None
    except ValueError:
        raise content_error(file, "", say("is not UTF-8. Save it as UTF-8.")) from None
    except OSError as error:
        raise content_error(file, "", say("cannot be read: {reason}.", reason=error.strerror)) from None


def _decode(raw: dict[str, Any], file: Path) -> ExerciseFile:
    if raw.get("schema") != SCHEMA:
        problem = say("must be {wanted}, the only format that this grader reads.", wanted=SCHEMA)
        raise content_error(file, "schema", problem)
    try:
        return msgspec.convert(raw, ExerciseFile)
    except msgspec.ValidationError as error:
        raise from_decoder(error, raw, file, keys_of(ExerciseFile)) from None


def _visible(entry: VisibleEntry, whole: ExerciseFile) -> Check:
    name = entry.test.removeprefix("test_")
    return Check(
        id=name,
        title=Text(en=entry.title.en, zh=entry.title.zh),
        part=entry.part,
        function=entry.function,
        points=entry.points,
        visibility="visible",
        kind=entry.kind,
        needs=entry.needs,
        budget=whole.time_budgets.get(name, whole.memory_budgets.get(name)),
    )


def _questions(entry: ExerciseFile) -> tuple[Function, ...]:
    return tuple(Function(name=name, part=each.part, answer=True) for each in entry.questions for name in each.ids)


def _entries(folder: Path, entry: ExerciseFile) -> Iterable[Path]:
    """Submissions as modules and, where questions are asked, as sheets of answers."""
    sheets = folder.glob("*.md") if entry.questions else ()
    return sorted([*folder.glob("*.py"), *sheets], key=lambda file: (file.stem, file.suffix))


def _mistakes(folder: Path, entry: ExerciseFile) -> tuple[Mistake, ...]:
    return tuple(read_mistake(file) for file in _entries(folder, entry))


def _accepted(folder: Path, entry: ExerciseFile) -> tuple[Accepted, ...]:
    return tuple(read_accepted(file) for file in _entries(folder, entry))


def _require_files(exercise: Exercise, file: Path) -> None:
    """The files without which nothing can be graded. What else belongs to an exercise, the audit knows."""
    needed = [exercise.stub, exercise.reference]
    if exercise.visible:
        needed.append(exercise.folder / "test_visible.py")
    if exercise.support:
        needed.append(exercise.support_file)
    if exercise.models:
        needed.append(exercise.models_file)
    if exercise.questions:
        needed += [exercise.questions_file, exercise.keys_file, exercise.answer_sheet, exercise.reference_answers]
    for each in needed:
        if not each.is_file():
            raise content_error(file, "", say("the exercise needs the file {path}. Add it.", path=each))
    if not any(exercise.hidden.glob("test_*.py")):
        problem = say("the exercise has no hidden tests in {path}. Add some.", path=exercise.hidden)
        raise content_error(file, "", problem)
