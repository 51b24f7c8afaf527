"""The fixture `memory`: a budget for the peak of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from grader.exam.failures import BudgetJudged, ExpectationFailed
from grader.exam.memo import ReferenceSeat
from grader.exam.memory import PeakMemory
from grader.exam.program import Program
from grader.exam.proxy import Module
from grader.exam.seat import Seat
from grader.exam.supply import Supply
from grader.model import Check, CheckKind, Exercise, Outcome


@pytest.fixture
def memory_of(
    supply: Supply, adder: Exercise, make_check: Callable[..., Check]
) -> Iterator[Callable[[str, int], PeakMemory]]:
    """A memory budget for a candidate that is given as text."""
    seat = Seat(Program(adder, b"def add_all(n): return n\n"), supply)
    memo = ReferenceSeat(seat)

    def make(source: str, budget: int) -> PeakMemory:
        check = make_check("small", kind=CheckKind.MEMORY, budget=budget)
        memo.begin(check, 1)
        program = Program(adder, source.encode())
        return PeakMemory(check, program, Module(memo, seat.program), supply, 1)

    yield make
    seat.leave()


def within(memory: PeakMemory) -> None:
    memory.within(inputs=lambda: (40_000_000,), call=lambda side, _, n: side.add_all(n))


MODEST = "def add_all(n): return n\n"
GREEDY = "def add_all(n): return len(bytearray(n))\n"
HOARDING = "hoard = bytearray(40_000_000)\ndef add_all(n): return n\n"


def test_memory_within_its_budget(memory_of: Callable[[str, int], PeakMemory]) -> None:
    """The peak is over what the worker held before it had the candidate's code, libraries apart."""
    memory = memory_of(MODEST, 20_000_000)
    within(memory)

    assert 0 <= memory.peak_bytes < 20_000_000
    assert memory.cpu_s > 0


@pytest.mark.parametrize("source", [GREEDY, HOARDING])
def test_memory_over_its_budget(memory_of: Callable[[str, int], PeakMemory], source: str) -> None:
    """Taken in the call and given back, or taken at import to be free later: both count."""
    memory = memory_of(source, 20_000_000)
    with pytest.raises(BudgetJudged) as caught:
        within(memory)

    assert caught.value.outcome is Outcome.OVER_BUDGET
    assert "20 MB" in caught.value.message.en
    assert memory.peak_bytes > 35_000_000


def test_a_modest_wrong_result_is_wrong(memory_of: Callable[[str, int], PeakMemory]) -> None:
    """The result is looked at before the memory is."""
    with pytest.raises(ExpectationFailed):
        within(memory_of("def add_all(n): return -n\n", 20_000_000))
