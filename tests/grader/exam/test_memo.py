"""The reference answers each question of a batch once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.exam.failures import CandidateRaised, ReferenceFailed
from grader.exam.memo import ReferenceSeat, call_digest
from grader.exam.seat import Seat
from grader.model import Call, Check, HandleRef, Raised, Returned


def call(name: str, *arguments: Any, **more: Any) -> Call:
    return Call(target=more.pop("target", "function"), name=name, function=name, arguments=arguments, **more)


class CountingSeat:
    """Adds up what it is given, and counts. It has a memory of its own, as a worker has."""

    def __init__(self) -> None:
        self.asked: list[Call] = []
        self.begun: list[tuple[str, int]] = []
        self.ended = 0
        self.total = 0

    def begin(self, check: Check, seed: int) -> None:
        self.begun.append((check.id, seed))
        self.total = 0

    def end(self) -> None:
        self.ended += 1

    def perform(self, each: Call) -> Returned:
        self.asked.append(each)
        if each.name == "fail":
            raise CandidateRaised(Raised(("ValueError",), "no"), each)
        self.total += each.arguments[0]
        return Returned(self.total)


class Batch:
    """A reference's seat over a seat that counts."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.seat = CountingSeat()
        self.memo = ReferenceSeat(self.seat)  # type: ignore[arg-type]

    def sit(self, *calls: Call, seed: int = 1) -> list[Any]:
        self.memo.begin(self.check, seed)
        answers = [self.memo.perform(each).value for each in calls]
        self.memo.end()
        return answers


@pytest.fixture
def batch(check: Check) -> Batch:
    return Batch(check)


def test_the_second_submission_asks_nothing(batch: Batch) -> None:
    """Equal answers, no call, not even a worker begun."""
    first = batch.sit(call("add", 1), call("add", 2))
    asked, begun = len(batch.seat.asked), len(batch.seat.begun)

    assert batch.sit(call("add", 1), call("add", 2)) == first == [1, 3]
    assert (len(batch.seat.asked), len(batch.seat.begun)) == (asked, begun)
    assert batch.seat.ended == 1


def test_a_shorter_check_is_known_too(batch: Batch) -> None:
    """A submission that failed early asked for a part of the answers; the rest is asked when it is wanted."""
    batch.sit(call("add", 1))
    assert batch.sit(call("add", 1), call("add", 2)) == [1, 3]
    count = len(batch.seat.asked)

    assert batch.sit(call("add", 1), call("add", 2)) == [1, 3]
    assert len(batch.seat.asked) == count


def test_where_the_calls_differ_the_reference_is_brought_there(batch: Batch) -> None:
    """Earlier calls are made again, so that what they made exists; then the new one is asked."""
    batch.sit(call("add", 1), call("add", 2))

    assert batch.sit(call("add", 1), call("add", 5)) == [1, 6]
    assert [each.arguments[0] for each in batch.seat.asked] == [1, 2, 1, 5]
    assert batch.sit(call("add", 1), call("add", 5)) == [1, 6]
    assert len(batch.seat.asked) == 4


def test_an_answer_is_never_found_behind_another_question(batch: Batch) -> None:
    """The same call after other calls is another question."""
    batch.sit(call("add", 1), call("add", 2))

    assert batch.sit(call("add", 2), call("add", 2)) == [2, 4]


def test_another_seed_is_another_exam(batch: Batch) -> None:
    """Nothing is shared between batches, or checks."""
    batch.sit(call("add", 1))
    batch.sit(call("add", 1), seed=2)

    assert batch.seat.begun == [("a_check", 1), ("a_check", 2)]


def test_what_the_reference_answered_can_be_looked_up(batch: Batch) -> None:
    """By the call alone, for evidence; None where it was not asked, though it was for a submission before."""
    batch.sit(call("add", 1), call("add", 2))
    batch.memo.begin(batch.check, 1)
    batch.memo.perform(call("add", 1))

    assert batch.memo.answer_to(call("add", 1)) == Returned(1)
    assert batch.memo.answer_to(call("add", 2)) is None
    batch.memo.perform(call("add", 2))
    assert batch.memo.answer_to(call("add", 2)) == Returned(3)
    assert batch.memo.answer_to(call("add", 3)) is None


def test_a_reference_that_fails_is_our_fault(batch: Batch) -> None:
    """It is asked again by the next submission, and what came before stays known."""
    for _ in range(2):
        with pytest.raises(ReferenceFailed):
            batch.sit(call("add", 1), call("fail"))

    assert batch.sit(call("add", 1), call("add", 1)) == [1, 2]


def test_a_real_reference_is_remembered(seat_of: Callable[..., Seat], check: Check) -> None:
    """Objects in its worker included: the second time there is no worker at all."""
    memo = ReferenceSeat(seat_of("class Tally:\n    def __call__(self, x): return x + 1\n", begun=False))
    make = call("Tally")
    use = Call(target="method", name="", function="Tally", arguments=(4,), receiver=HandleRef(0, "Tally"))
    workers = []
    for _ in range(2):
        memo.begin(check, 1)
        assert memo.perform(make) == Returned(HandleRef(0, "Tally"))
        assert memo.perform(use) == Returned(5)
        memo.end()
        workers.append(memo.seat._worker)
        memo.seat.leave()

    assert workers[0] is not None
    assert workers[1] is None


# ---- digests --------------------------------------------------------------------------------------------------------

BASE = call("f", torch.arange(6.0), 1)


@pytest.mark.parametrize(
    "other",
    [
        call("g", torch.arange(6.0), 1),
        call("f", torch.arange(6.0), 2),
        call("f", torch.arange(6.0), 1.0),
        call("f", torch.arange(6.0), True),
        call("f", torch.arange(6.0).reshape(2, 3), 1),
        call("f", torch.arange(6).double(), 1),
        call("f", torch.arange(6.0), 1, echo=True),
        call("f", torch.arange(6.0), 1, no_grad=True),
        call("f", torch.arange(6.0), 1, target="support"),
        call("f", torch.arange(6.0), 1, keywords={"x": 1}),
        call("f", torch.arange(6.0).requires_grad_(), 1),
        call("f", torch.arange(6.0), 1, target="method", receiver=HandleRef(0)),
    ],
)
def test_no_two_questions_share_a_digest(other: Call) -> None:
    """Name, target, flags, receiver, values, types, shapes and layouts all count."""
    assert call_digest(other) != call_digest(BASE)
    assert call_digest(call("f", torch.arange(6.0), 1)) == call_digest(BASE)
