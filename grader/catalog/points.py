"""What the hidden tests of an exercise declare, read from their source without running or importing anything.

The tests are our own, trusted text. This is for lists and proofs; a grading collects the tests with pytest instead.
"""

from __future__ import annotations

import ast
import contextlib
from pathlib import Path
from typing import Any

import msgspec

from grader.catalog.broken import content_error
from grader.i18n import say
from grader.model import Check, CheckKind, Exercise, Text


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """How the points of an exercise are spread."""

    visible: float
    hidden: float
    by_part: dict[str, float]

    @property
    def total(self) -> float:
        return self.visible + self.hidden


def points_of(exercise: Exercise) -> Points:
    """Count the points of an exercise.

    Raises:
        ContentError: a hidden test does not declare itself in plain literals.
    """
    hidden = hidden_checks(exercise)
    by_part = {part.id: 0.0 for part in exercise.parts}
    for check in (*exercise.visible, *hidden):
        by_part[check.part] += check.points
    return Points(
        visible=sum(check.points for check in exercise.visible),
        hidden=sum(check.points for check in hidden),
        by_part=by_part,
    )


def hidden_checks(exercise: Exercise) -> tuple[Check, ...]:
    """The checks that the hidden tests declare with `@pytest.mark.check(...)`, in file order.

    Raises:
        ContentError: a test has no such mark, one that is no plain literal, or names an unknown part or function.
    """
    found: list[Check] = []
    for file in sorted(exercise.hidden.glob("test_*.py")):
        nodes = _parse(file)
        constants = _constants(nodes)
        found.extend(_check(test, file, exercise, constants) for test in _tests(nodes))
    return tuple(found)


def names_of_tests(file: Path) -> tuple[str, ...]:
    """Names of the test functions of one of our own test files, in order.

    Raises:
        ContentError: the file is no Python.
    """
    return tuple(test.name for test in _tests(_parse(file)))


def _parse(file: Path) -> list[ast.stmt]:
    try:
        return ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError) as error:
        raise content_error(file, "", say("cannot be read: {reason}.", reason=error)) from None


def _tests(nodes: list[ast.stmt]) -> list[ast.FunctionDef]:
    return [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def _constants(nodes: list[ast.stmt]) -> dict[str, Any]:
    """Names of the module that stand for plain literals, for what several marks share."""
    constants: dict[str, Any] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                with contextlib.suppress(ValueError):
                    constants[name] = ast.literal_eval(value)
    return constants


def _check(test: ast.FunctionDef, file: Path, exercise: Exercise, constants: dict[str, Any]) -> Check:
    mark = next((call for call in test.decorator_list if _is_mark(call)), None)
    if not isinstance(mark, ast.Call):
        problem = say("has no {mark}. Add it.", mark="@pytest.mark.check(part=..., function=..., points=..., ...)")
        raise content_error(file, test.name, problem)
    given: dict[str, Any] = {}
    for keyword in mark.keywords:
        value = keyword.value
        try:
            plain = constants[value.id] if isinstance(value, ast.Name) else ast.literal_eval(value)
            given |= plain if keyword.arg is None else {keyword.arg: plain}
        except (KeyError, TypeError, ValueError):
            problem = say("{name!r} in its mark must be a plain literal.", name=ast.unparse(keyword))
            raise content_error(file, test.name, problem) from None
    id_ = test.name.removeprefix("test_")
    try:
        check = Check(
            id=id_,
            title=Text(en=given["en"], zh=given["zh"]),
            part=given["part"],
            function=given["function"],
            points=float(given["points"]),
            visibility="hidden",
            kind=CheckKind(given["kind"]),
            needs=tuple(given.get("needs", ())),
            full=bool(given.get("full", False)),
            requires=tuple(given.get("requires", ())),
            budget=exercise.time_budgets.get(id_, exercise.memory_budgets.get(id_)),
        )
    except KeyError as error:
        raise content_error(file, test.name, say("its mark lacks {name!r}.", name=error.args[0])) from None
    except (TypeError, ValueError) as error:
        raise content_error(file, test.name, say("cannot be read: {reason}.", reason=error)) from None
    _check_names(check, test.name, file, exercise)
    return check


def _check_names(check: Check, test: str, file: Path, exercise: Exercise) -> None:
    if check.requires and not check.full:
        raise content_error(file, test, say("its mark has {name!r}, which needs full=True.", name="requires"))
    for name, choices in (
        (check.part, [part.id for part in exercise.parts]),
        (check.function, [function.name for function in exercise.functions]),
        *((name, [model.name for model in exercise.models]) for name in check.requires),
    ):
        if name not in choices:
            problem = say("{name!r} is not known here. There are: {names}.", name=name, names=", ".join(choices))
            raise content_error(file, test, problem)


def _is_mark(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.check"
