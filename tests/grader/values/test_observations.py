"""When two observations show the same."""

from __future__ import annotations

import torch

from grader.model import Blocked, Died, Frame, HandleRef, Raised, Returned, Unsupported
from grader.values import same_observation


def test_values_are_the_same_within_tolerance() -> None:
    """Values are compared as values, NaN at the same places included."""
    nan = float("nan")
    assert same_observation(Returned(torch.tensor([1.0, nan])), Returned(torch.tensor([1.0 + 1e-6, nan])))
    assert not same_observation(Returned(torch.tensor([1.0, nan])), Returned(torch.tensor([nan, 1.0])))
    assert not same_observation(Returned(torch.ones(2)), Returned(torch.ones(2).double()))


def test_either_side_may_be_the_scalar_tensor() -> None:
    """A 0-d tensor and the number it stands for are the same in both directions."""
    number, tensor = Returned(2.0), Returned(torch.tensor(2.0))
    assert same_observation(number, tensor)
    assert same_observation(tensor, number)


def test_exceptions_are_the_same_by_their_own_type() -> None:
    """Message, bases and frames do not matter."""
    one = Raised(("KeyError", "LookupError"), "a")
    other = Raised(("KeyError", "Exception"), "b", (Frame(1, "f", "x"),))
    assert same_observation(one, other)
    assert not same_observation(one, Raised(("LookupError",), "a"))
    assert not same_observation(one, Returned(None))


def test_the_other_sorts() -> None:
    """Blocked and unsupported by sort, deaths by cause."""
    assert same_observation(Blocked("a"), Blocked("b", 3))
    assert same_observation(Unsupported("x"), Unsupported("y"))
    assert not same_observation(Blocked("a"), Unsupported("a"))
    assert same_observation(Died("signal", 9), Died("signal", 11))
    assert not same_observation(Died("signal", 9), Died("timeout"))


def test_changed_arguments_show() -> None:
    """Where the arguments were sent back they are part of the observation."""
    kept = Returned(1.0, ((torch.ones(2),), {}))
    changed = Returned(1.0, ((torch.zeros(2),), {}))
    assert not same_observation(kept, changed)
    assert same_observation(kept, Returned(1.0))


def test_what_stays_in_the_worker_shows_nothing() -> None:
    """An object and None are the same: returning the module or nothing is free."""
    assert same_observation(Returned(None), Returned(HandleRef(2, "M")))
    assert not same_observation(Returned(HandleRef(2, "M")), Returned(1.0))


def test_half_slack_is_for_half_precision() -> None:
    """Two ways to compute the same wrong thing may round apart in float16."""
    one, other = Returned(torch.ones(2).half()), Returned(torch.ones(2).half() * 1.05)
    assert not same_observation(one, other)
    assert same_observation(one, other, half_slack=4.0)
