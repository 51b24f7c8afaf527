"""Methods that are not allowed: replaced on the class, and only where a function in their scope is at work."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from grader.model import NotAllowed
from grader.worker.rules import NotAllowedError, Watch

LIBRARY = "library_of_this_test"
SUBMISSION = "submission_of_this_test"


@pytest.fixture
def library() -> Iterator[types.ModuleType]:
    """A library with a class that has a method, a static method and a method that calls another."""

    class Shelf:
        def nearest(self, word: str) -> str:
            return f"near {word}"

        def by_way_of_nearest(self, word: str) -> str:
            return self.nearest(word)

        @staticmethod
        def cosine(a: float, b: float) -> float:
            return a * b

    module = types.ModuleType(LIBRARY)
    module.Shelf = Shelf  # type: ignore[attr-defined]
    sys.modules[LIBRARY] = module
    yield module
    for name in (LIBRARY, SUBMISSION):
        sys.modules.pop(name, None)


def submission(text: str) -> Any:
    """A candidate's module, made as a worker makes it."""
    module = types.ModuleType(SUBMISSION)
    sys.modules[SUBMISSION] = module
    exec(compile(text, f"{SUBMISSION}.py", "exec", dont_inherit=True), module.__dict__)
    return module


def watch(*names: str, functions: tuple[str, ...] = ()) -> Watch:
    return Watch(
        [NotAllowed(name=f"{LIBRARY}.Shelf.{name}", functions=functions) for name in names], f"{SUBMISSION}.py"
    )


USES = """
def neighbours(shelf):
    return shelf.nearest("x")

def train(shelf):
    return shelf.nearest("x")

def through(shelf):
    return train(shelf)
"""


def test_a_method_is_caught_with_its_line(library: Any) -> None:
    """By the object that has it, without the source naming the class."""
    watched = watch("nearest")
    module = submission(USES)

    with pytest.raises(NotAllowedError):
        module.neighbours(library.Shelf())

    assert watched.blocked == (f"{LIBRARY}.Shelf.nearest", 3)


def test_a_method_is_caught_through_another_of_the_library(library: Any) -> None:
    """Whichever method leads to it."""
    watched = watch("nearest")

    with pytest.raises(NotAllowedError):
        library.Shelf().by_way_of_nearest("x")

    assert watched.blocked is not None


def test_a_static_method_is_caught_and_stays_one(library: Any) -> None:
    """Called on the class or on an object."""
    watch("cosine", functions=("neighbours",))
    submission(USES)

    assert library.Shelf.cosine(2.0, 3.0) == library.Shelf().cosine(2.0, 3.0) == 6.0
    watch("cosine")
    for owner in (library.Shelf, library.Shelf()):
        with pytest.raises(NotAllowedError):
            owner.cosine(2.0, 3.0)


def test_outside_its_scope_a_method_does_its_work(library: Any) -> None:
    """What is asked of one function is not asked of the others."""
    watched = watch("nearest", functions=("neighbours",))
    module = submission(USES)

    assert module.train(library.Shelf()) == "near x"
    assert watched.blocked is None
    with pytest.raises(NotAllowedError):
        module.neighbours(library.Shelf())


def test_the_scope_reaches_what_the_function_calls(library: Any) -> None:
    """A detour through another function is no way out."""
    watch("nearest", functions=("through",))
    module = submission(USES)

    assert module.train(library.Shelf()) == "near x"
    with pytest.raises(NotAllowedError):
        module.through(library.Shelf())


@pytest.mark.parametrize(
    "last", ["neighbours = train", "import functools\nneighbours = functools.partial(train)", "del neighbours"]
)
def test_the_scope_follows_the_name_not_the_definition(library: Any, last: str) -> None:
    """A function under another name is the same function; what cannot be looked into counts as in scope."""
    watch("nearest", functions=("neighbours",))
    module = submission(f"{USES}\n{last}\n")

    with pytest.raises(NotAllowedError):
        getattr(module, "neighbours", module.train)(library.Shelf())
