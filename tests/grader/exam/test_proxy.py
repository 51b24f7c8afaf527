"""Proxies: an attribute called is a call across the wall, and objects of the other side stay there."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from grader.exam.program import Program
from grader.exam.proxy import Handle, Module
from grader.model import Call, Exercise, HandleRef, Returned


class Performer:
    """Remembers calls and answers from a list, or with None."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: list[Returned] = []

    def perform(self, call: Call) -> Returned:
        self.calls.append(call)
        return self.answers.pop(0) if self.answers else Returned(None)

    @property
    def last(self) -> Call:
        return self.calls[-1]


@pytest.fixture
def performer() -> Performer:
    return Performer()


@pytest.fixture
def module(performer: Performer, adder: Exercise) -> Module:
    return Module(performer, Program(adder, b""))


def test_an_attribute_called_is_a_call(module: Module, performer: Performer) -> None:
    """Name, arguments and keywords go along; what came back is the result."""
    performer.answers = [Returned(3)]

    assert module.add(1, b=[2]) == 3
    assert performer.last == Call(target="function", name="add", function="add", arguments=(1,), keywords={"b": [2]})


def test_nothing_is_asked_before_the_call(module: Module, performer: Performer) -> None:
    """Looking at a proxy, or copying it, asks nothing."""
    _ = module.add, module.support.added_twice, repr(module)
    with pytest.raises(AttributeError):
        _ = module.__wrapped__
    with pytest.raises(AttributeError):
        _ = copy.copy(module).__deepcopy__

    assert performer.calls == []


def test_support_observes_its_function(module: Module, performer: Performer) -> None:
    """As the exercise declares; a function of support that it does not declare observes itself."""
    module.support.added_twice(1, 2)
    assert (performer.last.target, performer.last.name, performer.last.function) == ("support", "added_twice", "add")
    module.support.other()
    assert performer.last.function == "other"


def test_arguments_can_be_asked_back(module: Module, performer: Performer) -> None:
    """Result and arguments as they stand afterwards; handles are shared with the plain module."""
    performer.answers = [Returned(HandleRef(0, "T")), Returned(HandleRef(0, "T"), (([1, 2],), {})), Returned(5)]
    handle = module.Tally()

    assert module.with_arguments.add_all([1]) == (handle, ([1, 2],))
    assert performer.last.echo
    assert module.with_arguments.add_all([1]) == (5, ())
    module.add_all([1])
    assert not performer.last.echo


def test_an_object_becomes_a_handle(module: Module, performer: Performer) -> None:
    """It can be called, its methods too; a method that returns the object returns the same handle."""
    performer.answers = [Returned(HandleRef(3, "Tally")), Returned(HandleRef(3, "Tally")), Returned(7)]
    tally = module.Tally(1)
    assert isinstance(tally, Handle)
    assert tally.push(2) is tally
    assert performer.last == Call(
        target="method", name="push", function="Tally", arguments=(2,), receiver=HandleRef(3, "Tally")
    )

    assert tally(4) == 7
    assert (performer.last.name, performer.last.receiver, performer.last.function) == ("", tally.reference, "Tally")
    with pytest.raises(AttributeError):
        tally.__len__()


@pytest.mark.parametrize(
    "wrap",
    [lambda x: [x], lambda x: (1, x), lambda x: {"k": x}, lambda x: [({"k": [x]},)]],
    ids=["list", "tuple", "dict", "nested"],
)
def test_objects_are_found_wherever_they_stand(module: Module, performer: Performer, wrap: Any) -> None:
    """In results they are handles, in arguments references again."""
    performer.answers = [Returned(wrap(HandleRef(0, "T")))]
    result = module.add()

    assert result == wrap(module._handles[0])
    module.add(result, x=result)
    assert performer.last.arguments == (wrap(HandleRef(0, "T")),)
    assert performer.last.keywords == {"x": wrap(HandleRef(0, "T"))}


def test_a_number_that_means_something_else_is_another_handle(module: Module, performer: Performer) -> None:
    """A claim of another type under an old number does not pass for the old object."""
    performer.answers = [Returned(HandleRef(0, "A")), Returned(HandleRef(0, "B"))]

    assert module.add() is not module.add()


def test_a_name_in_capitals_is_a_value(module: Module, performer: Performer) -> None:
    """A constant of the module is asked for, not called."""
    performer.answers = [Returned(42)]

    assert module.UPPER_LIMIT == 42
    assert performer.last == Call(target="attribute", name="UPPER_LIMIT", function="UPPER_LIMIT")


def test_gradients_are_off_where_the_contract_says_so(performer: Performer, adder: Exercise) -> None:
    """For the function itself and what observes it."""
    program = Program(adder, b"")
    program.no_grad = frozenset({"add"})
    module = Module(performer, program)
    module.add(1)
    assert performer.last.no_grad
    module.support.added_twice(1)
    assert performer.last.no_grad
    module.add_all(1)
    assert not performer.last.no_grad
