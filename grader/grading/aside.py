"""A check that goes on aside, while others of the same submission are taken.

A check of memory has a worker of its own and is one long call. It is judged by pages, not by time, so that nobody else
need be quiet for it: what other parts of the submission do meanwhile is done by another process, which it cannot reach.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from grader import timing
from grader.exam.seat import Seat
from grader.exam.sitting import Sat
from grader.exam.supply import Lender, Loan
from grader.model import Check


class Aside:
    """One check in a thread of its own."""

    def __init__(self, check: Check, beside: Seat, supply: Lender, sit: Callable[[Check, Seat], Sat]) -> None:
        """
        Args:
            beside: the submission's seat, in which others are taken meanwhile. This one gets its own.
            sit: takes the check there.
        """
        self.check = check
        self.start_s = self.end_s = time.monotonic()
        self._loan = Loan(supply)
        self._seat = Seat(beside.program, self._loan)
        self._place = beside.place
        self._sit = sit
        self._sat: Sat | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=check.id, daemon=True)
        self._thread.start()

    def fetch(self) -> Sat:
        """Wait for it; raises what `Room.sit` does."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._sat is not None
        return self._sat

    def abandon(self) -> None:
        """End it, whatever it is at."""
        try:
            self._loan.end()
        finally:
            self._thread.join()

    def _run(self) -> None:
        if self._place is not None:
            timing.move_to(self._place.others)
        try:
            self._sat = self._sit(self.check, self._seat)
        except BaseException as error:  # it is for whoever fetches it
            self._error = error
        self.end_s = time.monotonic()
