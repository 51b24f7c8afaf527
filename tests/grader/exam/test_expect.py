"""What a test may expect: it returns, or says why in both languages without showing a hidden value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import torch

import grader.exam
from grader.exam import expect
from grader.exam.failures import CandidateGone, CandidateRaised, ExpectationFailed, NotAttempted
from grader.model import Call, Died, HandleRef, Outcome, Raised

HINT = ("Look at the axis.", "请看维度。")
CALL = Call(target="function", name="f", function="f")


def failure(check: Callable[..., None], *arguments: Any, **keywords: Any) -> ExpectationFailed:
    """The failure of an expectation that does not hold."""
    with pytest.raises(ExpectationFailed) as caught:
        check(*arguments, **keywords)
    assert caught.value.outcome is Outcome.FAILED
    assert caught.value.message.en != caught.value.message.zh
    return caught.value


def test_tests_import_it_from_the_room() -> None:
    """`from grader.exam import expect` is what authors write; the room has nothing else for them."""
    assert grader.exam.expect is expect
    with pytest.raises(AttributeError):
        _ = grader.exam.anything_else


# ---- equal, close ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (3, 3),
        (1.0 + 1e-9, 1.0),
        ([1, 2], (1, 2)),
        (torch.ones(2) + 1e-6, torch.ones(2)),
        (torch.tensor([math.nan]), torch.tensor([math.nan])),
        ({"a": 1}, {"a": 1}),
        (None, None),
    ],
)
def test_equal_values_pass(got: Any, want: Any) -> None:
    """By the rules of the contract."""
    expect.equal(got, want)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (3, 4),
        (True, 1),
        (1.001, 1.0),
        (torch.ones(2), torch.ones(3)),
        (torch.ones(2), torch.ones(2, dtype=torch.float64)),
        (numpy.ones(2), torch.ones(2)),
        (torch.tensor([math.nan]), torch.ones(1)),
        (torch.ones(1), torch.tensor([math.nan])),
        ({"a": 1}, {"b": 1}),
        (HandleRef(0, "Friendly"), 5),
        (None, 0),
    ],
)
def test_unequal_values_fail(got: Any, want: Any) -> None:
    """With the two side by side as evidence."""
    example = failure(expect.equal, got, want).example

    assert example is not None
    assert example.expected
    assert example.got


def test_the_sentence_shows_no_wanted_value() -> None:
    """What is hidden stands in the evidence alone, which the assessment view leaves out."""
    failed = failure(expect.equal, [1.0, 5.0], [1.0, 0.8172635])

    assert "0.817" not in failed.message.en + failed.message.zh
    assert failed.example is not None
    assert "0.817" in failed.example.expected
    assert failed.example.where == "[1]"


def test_a_place_in_an_array_is_named() -> None:
    """Path and index together."""
    got, want = torch.zeros(2, 3), torch.zeros(2, 3)
    got[1, 2] = 1
    example = failure(expect.equal, [0, got], [0, want]).example

    assert example is not None
    assert example.where == "[1][1, 2]"


def test_a_hint_is_added() -> None:
    """In each language after the reason."""
    message = failure(expect.equal, 1, 2, hint=HINT).message

    assert message.en.endswith(" Look at the axis.")
    assert message.zh.endswith("请看维度。")


def test_a_tolerance_of_the_tests_own() -> None:
    """Absolute, relative; nothing where neither is given."""
    expect.close(1.05, 1.0, atol=0.1)
    expect.close(105.0, 100.0, rtol=0.1)
    failure(expect.close, 1.05, 1.0, atol=0.01)
    failure(expect.close, 1.0 + 1e-9, 1.0)


# ---- that, finite, shape, dtype -------------------------------------------------------------------------------------


def test_a_condition_says_its_own_sentence() -> None:
    """The author's words, in both languages."""
    expect.that(torch.ones(1) == 1, en="One.", zh="一。")
    message = failure(expect.that, [], en="Not empty.", zh="不为空。").message

    assert (message.en, message.zh) == ("Not empty.", "不为空。")


@pytest.mark.parametrize(
    "value", [1, 0.0, torch.ones(2), numpy.ones(2), torch.ones(2, dtype=torch.int64), torch.zeros(0)]
)
def test_finite_values_pass(value: Any) -> None:
    """Numbers and arrays."""
    expect.finite(value)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, torch.tensor([1.0, math.nan]), numpy.array([-math.inf]), None, "1", [1.0], HandleRef(0)],
)
def test_what_is_not_finite_fails(value: Any) -> None:
    """NaN, infinities, and what is no number at all."""
    failure(expect.finite, value, hint=HINT)


def test_shapes() -> None:
    """Of tensors and arrays; anything else has none."""
    expect.shape(torch.zeros(2, 3), (2, 3))
    expect.shape(numpy.zeros(()), ())
    for got in (torch.zeros(3, 2), [[1, 2, 3], [4, 5, 6]], None, 5, HandleRef(0, "T")):
        failure(expect.shape, got, (2, 3), hint=HINT)


def test_dtypes() -> None:
    """By torch's objects or by name."""
    expect.dtype(torch.zeros(2), torch.float32)
    expect.dtype(numpy.zeros(2), "float64")
    for got in (torch.zeros(2, dtype=torch.float64), 1.0, None):
        failure(expect.dtype, got, torch.float32, hint=HINT)


# ---- raises ---------------------------------------------------------------------------------------------------------


def raising(*types: str) -> Callable[[], Any]:
    def call() -> Any:
        raise CandidateRaised(Raised(types, "why"), CALL)

    return call


def test_a_promised_error_passes() -> None:
    """The class itself or one derived from it; the message is free."""
    expect.raises(ValueError, raising("ValueError", "Exception"))
    expect.raises(LookupError, raising("KeyError", "LookupError", "Exception"))


def test_another_error_fails() -> None:
    """And says what came instead."""
    example = failure(expect.raises, ValueError, raising("TypeError", "Exception"), hint=HINT).example

    assert example is not None
    assert (example.expected, example.got) == ("ValueError", "TypeError")


def test_no_error_fails() -> None:
    """What was returned is described; arguments go along to the call."""
    given: list[Any] = []
    failed = failure(expect.raises, ValueError, lambda *args, **kw: given.append((args, kw)), 1, x=2)

    assert given == [((1,), {"x": 2})]
    assert failed.example is not None
    assert failed.example.got == "None"


@pytest.mark.parametrize("judged", [NotAttempted("f", missing=True), CandidateGone(Died("exit", 0), CALL)])
def test_an_end_of_another_sort_is_not_an_error_that_was_promised(judged: Exception) -> None:
    """A worker that died, or a function that is not written, raises no ValueError."""

    def call() -> None:
        raise judged

    with pytest.raises(type(judged)):
        expect.raises(BaseException, call)
