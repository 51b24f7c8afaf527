"""The tree of errors that the module's docstring draws is the tree that there is."""

from __future__ import annotations

import inspect
import re

import pytest

from grader import errors
from grader.errors import GraderError
from grader.model import Text

CLASSES = [each for _, each in inspect.getmembers(errors, inspect.isclass) if each.__module__ == errors.__name__]
_LINE = re.compile(r"(?P<branches>[│ ├└─]*)(?P<name>[A-Z]\w+)\s+(?:exit (?P<code>\d))?")


def drawn() -> dict[str, tuple[str | None, int]]:
    """Parent and exit code of each class, as the docstring draws them; a branch has its root's code."""
    found: dict[str, tuple[str | None, int]] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines()[2:]:
        match = _LINE.match(line + " ")
        if match is None:
            continue
        depth = len(match["branches"]) // 4
        parent = path[depth - 1] if depth else None
        inherited = found[parent][1] if parent else None
        code = int(match["code"]) if match["code"] else inherited
        assert code is not None
        found[match["name"]] = (parent, code)
        path[depth:] = [match["name"]]
    return found


def test_the_docstring_draws_every_class() -> None:
    """No error is left out of the picture, and none is only drawn."""
    assert set(drawn()) == {each.__name__ for each in CLASSES}


@pytest.mark.parametrize("kind", CLASSES)
def test_a_class_is_where_it_is_drawn_and_exits_as_it_is_drawn(kind: type[GraderError]) -> None:
    """Parent and exit code are the ones of the picture."""
    parent, code = drawn()[kind.__name__]

    assert kind.exit_code == code
    assert kind.__bases__ == (getattr(errors, parent) if parent else Exception,)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_carries_its_sentence_in_both_languages(kind: type[GraderError]) -> None:
    """Whoever shows it picks one; whoever logs it gets English."""
    error = kind("It broke.", "坏了。")

    assert error.text == Text("It broke.", "坏了。")
    assert str(error) == "It broke."


def test_a_sentence_that_needs_no_translation_is_said_twice() -> None:
    """A name or a path reads the same in both."""
    assert GraderError("/dev/null").text == Text("/dev/null", "/dev/null")


def test_an_error_is_made_of_a_sentence() -> None:
    """In both languages, and of the class that was asked."""
    made = errors.SubmissionError.of(Text("It is empty.", "是空的。"))

    assert type(made) is errors.SubmissionError
    assert made.text == Text("It is empty.", "是空的。")
    assert str(made) == "It is empty."
