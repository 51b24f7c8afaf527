"""Jailed workers, two always in the making: the next ones are forked while the present one works.

Any thread may ask for one.
"""

from __future__ import annotations

import threading
from typing import Protocol

from grader.errors import SandboxError, ZygoteDied
from grader.model import Budget
from grader.sandbox import Worker, Zygote


class Lender(Protocol):
    """Whoever hands out workers."""

    def take(self, *, refill: bool = True, full: bool = False) -> Worker: ...


class Supply:
    """Hands out workers that hold no candidate's byte yet."""

    def __init__(self, zygote: Zygote, budget: Budget, *, ahead: int = 2) -> None:
        self._zygote = zygote
        self._budget = budget
        self._ahead = ahead
        self._spare: list[Worker] = []
        self._counter = threading.Lock()  # over which spare ones are handed out

    @property
    def budget(self) -> Budget:
        return self._budget

    @property
    def zygote(self) -> Zygote:
        return self._zygote

    def prepare(self) -> None:
        """Start forking ahead, without waiting."""
        with self._counter:
            while len(self._spare) < self._ahead:
                self._spare.append(self._zygote.spawn(self._budget))

    def take(self, *, refill: bool = True, full: bool = False) -> Worker:
        """A worker, jailed and ready.

        Args:
            refill: fork the next one meanwhile; not for a measurement, beside which nothing else should.
            full: one with the limits of checks of --full, of which none is kept ahead.

        Raises:
            SandboxError: no worker can be had.
        """
        budget = self._budget.of_full() if full else self._budget
        with self._counter:
            worker = self._spare.pop(0) if self._spare and not full else self._zygote.spawn(budget)
        try:
            worker.await_ready()
        except ZygoteDied:
            worker.kill()
            raise
        except SandboxError:
            worker.kill()
            worker = self._zygote.spawn(budget)  # one may be lost to a machine short of memory; two are a fault
            try:
                worker.await_ready()
            except BaseException:
                worker.kill()
                raise
        if refill:
            self.prepare()
        return worker

    def close(self) -> None:
        for each in self._spare:
            each.kill()
        self._spare.clear()


class Loan:
    """Workers of a lender for somebody whom another thread may have to stop."""

    def __init__(self, supply: Lender) -> None:
        self._supply = supply
        self._taken: list[Worker] = []
        self._ended = False

    def take(self, *, refill: bool = True, full: bool = False) -> Worker:
        """As `Supply.take`; once the loan has ended, a worker that is gone."""
        worker = self._supply.take(refill=refill, full=full)
        self._taken.append(worker)
        if self._ended:
            worker.strike()
        return worker

    def end(self) -> None:
        """Have all of them die. Whoever waits for one hears of it, and is the one who clears up."""
        self._ended = True
        for each in self._taken:
            each.strike()
