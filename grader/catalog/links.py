"""Check that the names inside one exercise point at each other: parts, functions, checks, mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.catalog.broken import content_error
from grader.i18n import say
from grader.model import Exercise, Mistake


def check_links(exercise: Exercise, file: Path) -> None:
    """Refuse names that point nowhere, names given twice, and budgets that allow nothing.

    Args:
        exercise: as loaded.
        file: its `exercise.toml`, for the message.

    Raises:
        ContentError: names the key and what there is to choose from.
    """
    functions = [each.name for each in exercise.functions]
    _unique(file, "parts", [each.id for each in exercise.parts])
    _unique(file, "functions", functions)
    _unique(file, "visible", [each.id for each in exercise.visible])
    _unique(file, "support", [each.name for each in exercise.support])
    _unique(file, "models", [each.name for each in exercise.models])
    _unique(exercise.solutions / "mistakes", "", [each.id for each in exercise.mistakes])
    _unique(exercise.solutions / "accepted", "", [each.id for each in exercise.accepted])
    _check_parts(exercise, file)
    for function in exercise.functions:
        _known(file, f'functions["{function.name}"].part', [function.part], [each.id for each in exercise.parts])
    for support in exercise.support:
        _known(file, f'support["{support.name}"].observes', [support.observes], functions)
    for name in exercise.not_allowed:
        _known(file, f'not_allowed["{name.name}"].functions', name.functions, functions)
    for check in exercise.visible:
        _known(file, f'visible["test_{check.id}"].function', [check.function], functions)
        _known(file, f'visible["test_{check.id}"].part', [check.part], [each.id for each in exercise.parts])
    _check_budgets(exercise, file)
    for mistake in exercise.mistakes:
        _check_mistake(mistake, exercise, functions)


def _check_parts(exercise: Exercise, file: Path) -> None:
    """A part may require only parts before it, so that there is no circle."""
    before: list[str] = []
    for part in exercise.parts:
        _known(file, f'parts["{part.id}"].requires', part.requires, before)
        before.append(part.id)


def _check_budgets(exercise: Exercise, file: Path) -> None:
    for check, ratio in exercise.time_budgets.items():
        if not ratio > 1:
            problem = say("is a ratio to the reference and must be > 1.")
            raise content_error(file, f"time_budgets.{check}", problem)
    for check, size in exercise.memory_budgets.items():
        if size <= 0:
            raise content_error(file, f"memory_budgets.{check}", say("is a number of bytes and must be > 0."))


def _check_mistake(mistake: Mistake, exercise: Exercise, functions: list[str]) -> None:
    _known(mistake.path, "functions", mistake.functions, functions)
    _known(mistake.path, "inherits", mistake.inherits, functions)
    _known(mistake.path, "equals", mistake.equals, [each.id for each in exercise.mistakes if each is not mistake])
    _known(mistake.path, "made_of", mistake.made_of, [each.id for each in exercise.mistakes if not each.made_of])
    budgets = [*exercise.time_budgets, *exercise.memory_budgets]
    if mistake.kind == "cost":
        if not mistake.breaks:
            problem = say("is missing. A mistake of cost names the time or memory checks that it breaks.")
            raise content_error(mistake.path, "breaks", problem)
        _known(mistake.path, "breaks", mistake.breaks, budgets)
    elif mistake.breaks:
        problem = say("is only for mistakes of cost. Take it out.")
        raise content_error(mistake.path, "breaks", problem)


def _known(file: Path, key: str, names: Iterable[str], choices: list[str]) -> None:
    for name in names:
        if name not in choices:
            problem = say("{name!r} is not known here. There are: {names}.", name=name, names=", ".join(choices) or "-")
            raise content_error(file, key, problem)


def _unique(file: Path, key: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise content_error(file, key, say("{name!r} is there twice. Rename one.", name=name))
