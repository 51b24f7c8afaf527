"""Visible tests behind the wall read as under plain pytest: errors caught as themselves, constants, support."""

from __future__ import annotations

import types
from typing import Any

import pytest

from grader.exam.failures import CandidateRaised
from grader.exam.visible import VisibleModule, VisibleSupport, as_raised
from grader.model import Call, Outcome, Raised

CALL = Call(target="function", name="add", function="add")


class Candidate:
    """In place of a proxy."""

    def __init__(self) -> None:
        self.SUMS = {"a": 1}
        self.support = types.SimpleNamespace(added_twice=lambda a, b: 2 * (a + b))

    def add(self, a: int, b: int) -> int:
        if b == 0:
            raise CandidateRaised(Raised(("MyError", "ValueError", "Exception", "BaseException"), "no zeros"), CALL)
        return a + b


@pytest.fixture
def current() -> list[Any]:
    return []


@pytest.fixture
def module(current: list[Any]) -> VisibleModule:
    return VisibleModule("adder", current)


def arrive(current: list[Any]) -> None:
    current.append(types.SimpleNamespace(candidate=Candidate()))


def test_names_may_be_taken_before_there_is_a_candidate(module: VisibleModule, current: list[Any]) -> None:
    """A test imports at collection; what it took is the candidate's once one sits."""
    add, sums = module.add, module.SUMS
    arrive(current)

    assert add(1, b=2) == 3
    assert sums == {"a": 1}
    assert sums != {"a": 2}
    assert isinstance(sums, dict)
    assert (sums["a"], len(sums), list(sums), "a" in sums, "b" in sums) == (1, 1, ["a"], True, False)
    assert (list(sums.items()), sums.get("b", 5), repr(sums)) == ([("a", 1)], 5, "{'a': 1}")


def test_support_takes_the_module_first(current: list[Any], module: VisibleModule) -> None:
    """As it does where support.py is imported for real."""
    arrive(current)

    assert VisibleSupport(current).added_twice(module, 1, b=2) == 6


def test_stand_ins_have_no_dunder_names_of_the_other_side(module: VisibleModule, current: list[Any]) -> None:
    """pytest looks at what it collects."""
    for each in (module, VisibleSupport(current)):
        with pytest.raises(AttributeError):
            _ = each.__path__
        assert each.__file__ is None


def test_an_error_can_be_caught_as_what_it_is(module: VisibleModule, current: list[Any]) -> None:
    """By the built-in type, a base of the candidate's own; its text is the candidate's."""
    arrive(current)
    with pytest.raises(ValueError, match="no zeros"):
        module.add(1, 0)


@pytest.mark.parametrize("name", ["ValueError", "KeyError", "OSError", "UnicodeDecodeError", "StopIteration"])
def test_caught_or_not_it_is_the_same_judgement(name: str) -> None:
    """Where no test catches it, it is the candidate's error like any other."""
    given = CandidateRaised(Raised((name, "Exception", "BaseException"), "so"), CALL)
    twin = as_raised(given)

    assert isinstance(twin, getattr(__import__("builtins"), name))
    assert (twin.outcome, twin.message, twin.example) == (given.outcome, given.message, given.example)


@pytest.mark.parametrize(
    "types_", [("MyError", "Exception", "BaseException"), ("SystemExit", "BaseException"), ("print",)]
)
def test_what_is_of_no_built_in_type_stays_as_it_is(types_: tuple[str, ...]) -> None:
    """Names are a claim: only types of errors count, and none that says nothing or would end the run."""
    given = CandidateRaised(Raised(types_, ""), CALL)

    assert as_raised(given) is given
    assert given.outcome is Outcome.ERRORED
