"""What a wrong answer looks like where no known mistake explains it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.model import Call, CheckKind, Confidence, Died, Returned

W = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def right(x: torch.Tensor) -> torch.Tensor:
    """The reference: any map that is not symmetric in anything."""
    return torch.tanh(x @ W) + 0.1


def wave(rows: int, seed: int) -> torch.Tensor:
    """Secret inputs."""
    return 1.5 * torch.randn(rows, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def tensor_world(make_world_class: Any) -> Any:
    """One function of a tensor, called with two sizes."""
    world = make_world_class({"f": right})
    world.scene("c", ("f", [wave(7, 1)]), ("f", [wave(4, 2)]))
    return world


@pytest.mark.parametrize(
    ("wrong", "title", "words"),
    [
        (lambda x: right(x) * 5**0.5, "Off by a constant factor", "2.236068 = √5"),
        (lambda x: right(x) * x.shape[0], "Off by a constant factor", "differs by call: 4, 7"),
        (lambda x: -right(x), "The sign is flipped", "sign flipped"),
        (lambda x: right(x).t(), "Transposed", "axes -2, -1 swapped"),
        (lambda x: right(x).flip(0), "Right pieces in another order", "axis -2"),
        (lambda x: torch.cat([right(x)[:1], right(x)[:-1]]), "Off by one position", "axis -2"),
        (lambda x: torch.zeros_like(right(x)), "All zeros", "zero"),
        (lambda x: torch.full_like(right(x), 0.5), "One number everywhere", "0.5"),
        (lambda x: right(x) * float("nan"), "All NaN", "NaN"),
        (lambda x: right(x) + 2, "Off by a constant", "plus one number: 2"),
        (lambda x: right(x) * torch.arange(1.0, 1 + len(x)).double()[:, None], "Each row is off by a factor", "own"),
        (lambda x: right(x).float(), "The result has the wrong dtype", "float32; it should have dtype float64"),
        (lambda x: right(x)[None], "The result has the wrong shape", "(1, 4, 3)"),
        (lambda x: right(x).numpy(), "The result is of the wrong type", "numpy array"),
        (lambda _: None, "The result is of the wrong type", "Is a return missing?"),
    ],
)
def test_relations_are_described(tensor_world: Any, wrong: Callable[[Any], Any], title: str, words: str) -> None:
    """A relation that holds on every wrong call is said, without naming any cause."""
    (only,) = tensor_world.diagnose({"f": wrong}).diagnoses
    assert (only.confidence, only.mistakes, only.checks) == (Confidence.SYMPTOM, (), ("c",))
    assert only.title.en == title
    assert words in only.explanation.en
    assert only.title.zh != only.title.en
    assert only.example is not None
    assert only.example.call == "f(float64 (4, 5))"
    assert only.example.predicted == ""


def test_an_argument_given_back(make_world_class: Any) -> None:
    """The argument is told by its place."""
    world = make_world_class({"f": lambda x, v: torch.tanh(x) + v})
    world.scene("c", ("f", [wave(7, 1), wave(7, 2)]))
    (only,) = world.diagnose({"f": lambda _, v: v.clone()}).diagnoses
    assert only.explanation.en == "result equals args[1] as it was given."


def test_elements_of_a_tuple_are_looked_at_apart(make_world_class: Any) -> None:
    """The place in the tuple is said."""
    world = make_world_class({"f": lambda x: (right(x), x.softmax(-1))})
    world.scene("c", ("f", [wave(7, 1)]), ("f", [wave(4, 2)]))
    (only,) = world.diagnose({"f": lambda x: (right(x), x.softmax(0))}).diagnoses
    assert only.title.en == "Sums to 1 along another axis"
    assert "rows of result[1]" in only.explanation.en
    (other,) = world.diagnose({"f": lambda x: (right(x), x.softmax(-1) * 0.3 + 0.1)}).diagnoses
    assert "from 0.8 to 0.8" in other.explanation.en


def test_rows_of_nan(make_world_class: Any) -> None:
    """NaN where the right row is zero is said as such."""
    zeroed = lambda x: x * (x[:, :1] > 0)  # noqa: E731
    world = make_world_class({"f": zeroed})
    world.scene("c", ("f", [wave(7, 1)]))
    (only,) = world.diagnose({"f": lambda x: zeroed(x) / (x[:, :1] > 0)}).diagnoses
    assert only.title.en == "NaN where zeros are due"


def test_unrelated_numbers_have_no_diagnosis(tensor_world: Any) -> None:
    """Silence rather than a guess."""
    assert tensor_world.diagnose({"f": lambda x: torch.sin(x @ W * 3)}).diagnoses == ()


def test_a_relation_on_some_wrong_calls_only_is_not_said(tensor_world: Any) -> None:
    """It must hold on all of them."""
    wrong = {"f": lambda x: -right(x) if len(x) == 4 else torch.sin(x @ W * 3)}
    assert tensor_world.diagnose(wrong).diagnoses == ()


def test_numbers_need_several_calls(make_world_class: Any) -> None:
    """A common factor of single numbers is said from three different ones on."""
    world = make_world_class({"f": lambda x: x + 0.5})
    world.scene("c", ("f", [1.0]), ("f", [2.0]))
    assert world.diagnose({"f": lambda x: 1000 * (x + 0.5)}).diagnoses == ()
    world.scene("d", ("f", [4.0]))
    (only,) = world.diagnose({"f": lambda x: 1000 * (x + 0.5)}).diagnoses
    assert "the same number: 1000." in only.explanation.en
    (other,) = world.diagnose({"f": lambda x: x + 27.5}).diagnoses
    assert other.explanation.en == "Every wrong answer is the right one plus 27."


def test_exceptions(tensor_world: Any) -> None:
    """The type is the title; message and line are the submission's own."""

    def wrong(_: Any) -> Any:
        raise ValueError("no such thing", 12, "f")

    (only,) = tensor_world.diagnose({"f": wrong}).diagnoses
    assert only.title.en == "Raises ValueError"
    assert only.explanation.en == "An answer is due, but it raises ValueError: “no such thing”. It comes from line 12."


def test_a_promised_exception_that_does_not_come(make_world_class: Any) -> None:
    """Returning where an error is promised is said."""

    def strict(x: int) -> int:
        if x < 0:
            raise ValueError
        return x

    world = make_world_class({"f": strict})
    world.scene("c", ("f", [-1]), ("f", [1]), ("f", [3]))
    (only,) = world.diagnose({"f": lambda x: x}).diagnoses
    assert only.title.en == "Does not raise ValueError"
    assert only.explanation.en.endswith("Of 3 such calls, the wrong ones are exactly those with args[0] below 1: 1.")


def test_changed_arguments(make_world_class: Any) -> None:
    """Right values with changed arguments are a fault of their own."""
    kept, changed = Returned(1.0, ((torch.ones(3),), {})), Returned(1.0, ((torch.zeros(3),), {}))
    world = make_world_class({"f": lambda _: kept})
    world.scene("c", ("f", [1.0]))
    (only,) = world.diagnose({"f": lambda _: changed}).diagnoses
    assert only.title.en == "Changes its arguments"
    assert only.example is not None
    assert (only.example.expected, only.example.got) == ("[1, 1, 1]", "[0, 0, 0]")


def test_deaths_say_nothing(tensor_world: Any) -> None:
    """A worker that died is told by the check's outcome; there is nothing to describe."""
    assert tensor_world.diagnose({"f": lambda _: Died("signal", 11)}).diagnoses == ()


def test_only_one_method_is_wrong(make_world_class: Any) -> None:
    """Right values and wrong gradients, seen by a support function, part by the kind of call."""
    world = make_world_class({"f": lambda x: x})
    plain = [Call(target="function", name="f", function="f", arguments=(at,)) for at in (1, 2)]
    probe = Call(target="support", name="gradients", function="f", arguments=(1,))
    world.scenes.append(("c", CheckKind.VALUE, [*plain, probe]))
    world.reference_module["gradients"] = lambda _: Returned(torch.tensor([1.0, 2.0, 3.0]))
    (only,) = world.diagnose({"f": lambda x: x, "gradients": lambda _: Returned(torch.zeros(3))}).diagnoses
    assert only.title.en == "All zeros"
    assert "Only the calls of support.gradients are wrong" in only.explanation.en
    unrelated = {"f": lambda x: x, "gradients": lambda _: Returned(torch.tensor([5.0, -1.0, 2.0]))}
    assert world.diagnose(unrelated).diagnoses == ()


def test_a_relation_of_the_result_alone(make_world_class: Any) -> None:
    """Where results and what support.py shows are wrong in different ways, the results are described."""
    world = make_world_class({"f": right})
    direct = Call(target="function", name="f", function="f", arguments=(wave(7, 1),))
    probe = Call(target="support", name="gradients", function="f", arguments=(wave(7, 1),))
    world.scenes.append(("c", CheckKind.VALUE, [direct, probe]))
    world.reference_module["gradients"] = right
    (only,) = world.diagnose({"f": lambda x: -right(x), "gradients": lambda x: torch.sin(right(x) * 5)}).diagnoses
    assert only.title.en == "The sign is flipped"


def test_inverted_masks(make_world_class: Any) -> None:
    """True and False exchanged."""
    world = make_world_class({"f": lambda x: x > 0})
    world.scene("c", ("f", [wave(7, 1)]))
    (only,) = world.diagnose({"f": lambda x: x <= 0}).diagnoses
    assert only.title.en == "Inverted"
