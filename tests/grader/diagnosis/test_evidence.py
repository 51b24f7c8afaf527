"""The example beside a diagnosis."""

from __future__ import annotations

from typing import Any

import torch

from grader.diagnosis.evidence import example_of
from grader.diagnosis.sightings import Sighting
from grader.model import Blocked, Call, Died, Observation, Raised, Returned, Unsupported


def sighting(candidate: Observation, reference: Observation, *arguments: Any, failing: bool = True) -> Sighting:
    """One wrong call of f."""
    call = Call(target="function", name="f", function="f", arguments=arguments)
    return Sighting(
        scene=0, index=0, check="c", call=call, candidate=candidate, reference=reference, failing=failing, wrong=True
    )


def test_the_smallest_failing_call_is_shown() -> None:
    """By the size of its arguments, calls of failed checks first."""
    small = sighting(Returned(1), Returned(2), 1, failing=False)
    chosen = sighting(Returned(3), Returned(4), [1, 2])
    large = sighting(Returned(5), Returned(6), [1, 2, 3])
    found = example_of([large, small, chosen], lambda _: None)
    assert found is not None
    assert (found.call, found.inputs, found.expected, found.got) == ("f([1, 2])", "[1, 2]", "4", "3")
    assert example_of([], lambda _: None) is None


def test_the_element_that_differs_is_shown() -> None:
    """In a tuple of tensors, the row around the largest error, and the same row of the prediction."""
    right = torch.zeros(4, 10)
    wrong = right.clone()
    wrong[2, 5] = 7
    given = sighting(Returned((right, wrong)), Returned((right, right)), torch.ones(30, 30))
    found = example_of([given], lambda _: Returned((right, wrong + 0)))
    assert found is not None
    assert found.where == "result[1][2, 5]"
    assert found.got == "[2, 2:9] = […, 0, 0, 0, 7, 0, 0, 0, …]"
    assert found.predicted == found.got
    assert found.expected == "[2, 2:9] = […, 0, 0, 0, 0, 0, 0, 0, …]"
    assert found.inputs == ""


def test_other_sorts_of_observation() -> None:
    """Exceptions, blocked names, deaths and what cannot cross are named, cut to length."""
    right = Returned(torch.ones(2))
    shown = [
        (Raised(("KeyError",), "k" * 999), "KeyError: k"),
        (Blocked("lib.fast"), "Blocked(lib.fast)"),
        (Died("timeout"), "Died(timeout)"),
        (Unsupported("a generator"), "Unsupported(a generator)"),
    ]
    for observation, text in shown:
        found = example_of([sighting(observation, right)], lambda _: None)
        assert found is not None
        assert found.got.startswith(text)
        assert len(found.got) <= 200
        assert found.expected == "[1, 1]"


def test_shapes_stand_for_values_of_another_shape() -> None:
    """Where the shape is wrong, shapes are shown."""
    found = example_of([sighting(Returned(torch.ones(2, 3)), Returned(torch.ones(3, 2)))], lambda _: None)
    assert found is not None
    assert (found.expected, found.got, found.where) == ("tensor float32 (3, 2)", "tensor float32 (2, 3)", "")


def test_changed_arguments_are_shown_where_they_changed() -> None:
    """The result is right; the element of the argument is shown instead."""
    kept, changed = torch.zeros(4), torch.tensor([0.0, 5.0, 0.0, 0.0])
    candidate, reference = Returned(1.0, ((changed,), {})), Returned(1.0, ((kept,), {}))
    found = example_of([sighting(candidate, reference, kept)], lambda _: None)
    assert found is not None
    assert (found.where, found.expected, found.got) == ("arguments[0][0][1]", "[0, 0, 0, 0]", "[0, 5, 0, 0]")


def test_a_value_stands_beside_an_exception() -> None:
    """Where the submission raised, what was expected is the value, not the arguments."""
    candidate, reference = Raised(("KeyError",), "k"), Returned(1.5, ((torch.ones(2),), {}))
    found = example_of([sighting(candidate, reference)], lambda _: None)
    assert found is not None
    assert (found.expected, found.got) == ("1.5", "KeyError: k")


def test_an_answer_to_a_question_is_no_evidence() -> None:
    """What it should have been is the key."""
    call = Call(target="answer", name="q01", function="q01")
    given = Sighting(
        scene=0,
        index=0,
        check="q01",
        call=call,
        candidate=Returned("A"),
        reference=Returned("B"),
        failing=True,
        wrong=True,
    )
    assert example_of([given], lambda _: Returned("A")) is None
