"""Jailed workers, some always in the making."""

from __future__ import annotations

import threading

import pytest

from grader.errors import SandboxError, ZygoteDied
from grader.exam.supply import Loan, Supply
from grader.model import Budget


class FakeWorker:
    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.killed = False
        self.struck = False

    def await_ready(self) -> None:
        if self.error is not None:
            raise self.error

    def kill(self) -> None:
        self.killed = True

    def strike(self) -> None:
        self.struck = True


class FakeZygote:
    """Its workers fail to get ready with the errors given, in order, and are fine afterwards."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.workers: list[FakeWorker] = []
        self.budgets: list[Budget] = []

    def spawn(self, budget: Budget) -> FakeWorker:
        self.budgets.append(budget)
        self.workers.append(FakeWorker(self.errors.pop(0) if self.errors else None))
        return self.workers[-1]


def supply_of(zygote: FakeZygote, ahead: int = 1) -> Supply:
    return Supply(zygote, Budget(), ahead=ahead)  # type: ignore[arg-type]


def test_the_next_one_is_forked_meanwhile() -> None:
    """A worker is handed out, and as many as wanted are in the making."""
    zygote = FakeZygote()
    supply = supply_of(zygote, ahead=2)
    assert supply.take() is zygote.workers[0]  # type: ignore[comparison-overlap]
    assert len(zygote.workers) == 3

    assert supply.take() is zygote.workers[1]  # type: ignore[comparison-overlap]
    assert len(zygote.workers) == 4


def test_nothing_is_forked_beside_a_measurement() -> None:
    """`refill=False` takes what is there, or one more, and starts none."""
    zygote = FakeZygote()
    supply = supply_of(zygote)
    supply.take(refill=False)
    assert len(zygote.workers) == 1
    supply.prepare()
    supply.prepare()
    assert len(zygote.workers) == 2
    assert supply.take(refill=False) is zygote.workers[1]  # type: ignore[comparison-overlap]
    assert len(zygote.workers) == 2


def test_one_may_be_lost() -> None:
    """A machine short of memory may fail one fork; a second one follows, and the first leaves nothing behind."""
    zygote = FakeZygote(SandboxError("lost"))
    assert supply_of(zygote).take() is zygote.workers[1]  # type: ignore[comparison-overlap]
    assert zygote.workers[0].killed


def test_two_are_a_fault() -> None:
    """It is ours, and it is said."""
    with pytest.raises(SandboxError):
        supply_of(FakeZygote(SandboxError("lost"), SandboxError("lost again"))).take()


def test_a_dead_zygote_is_not_asked_again() -> None:
    """Its workers cannot be had by asking twice."""
    zygote = FakeZygote(ZygoteDied("gone"))
    with pytest.raises(ZygoteDied):
        supply_of(zygote).take()

    assert len(zygote.workers) == 1
    assert zygote.workers[0].killed


def test_one_for_a_check_of_full_has_its_limits() -> None:
    """None of those in stock is handed out for it, nor do its limits get into the stock; a second try has them too."""
    zygote = FakeZygote()
    supply = supply_of(zygote)
    supply.prepare()
    zygote.errors.append(SandboxError("lost"))
    assert supply.take(full=True) is zygote.workers[2]  # type: ignore[comparison-overlap]
    assert zygote.budgets == [Budget(), Budget().of_full(), Budget().of_full()]
    assert Budget().of_full() != Budget()

    assert supply.take() is zygote.workers[0]  # type: ignore[comparison-overlap]
    assert zygote.budgets[3:] == [Budget()]


def test_limits_of_full_are_never_lower() -> None:
    """An author who raises only the ordinary limit has raised both."""
    full = Budget(call_wall_s=1e3, cpu_s=1e4, memory_bytes=1 << 40).of_full()
    assert (full.call_wall_s, full.cpu_s, full.memory_bytes) == (1e3, 1e4, 1 << 40)


def test_closing_kills_the_spare_ones() -> None:
    """And none that was handed out."""
    zygote = FakeZygote()
    supply = supply_of(zygote)
    supply.take()
    supply.close()

    assert [each.killed for each in zygote.workers] == [False, True]


def test_threads_get_a_worker_each() -> None:
    """Two that ask at once are never handed the same one."""
    zygote = FakeZygote()
    supply = supply_of(zygote, ahead=3)
    taken: list[object] = []
    threads = [threading.Thread(target=lambda: taken.extend(supply.take() for _ in range(50))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(set(map(id, taken))) == 200
    assert len(zygote.workers) == 203


def test_a_loan_can_be_ended() -> None:
    """Its workers die, the one that comes too late as well, and no others."""
    zygote = FakeZygote()
    supply = supply_of(zygote, ahead=0)
    loan = Loan(supply)
    own, lent = supply.take(), loan.take(refill=False)
    loan.end()
    late = loan.take(full=True)

    assert [each.struck for each in zygote.workers] == [False, True, True]
    assert (own, lent, late) == tuple(zygote.workers)
    assert zygote.budgets[2] == Budget().of_full()
