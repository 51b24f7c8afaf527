"""The engine on this machine: some examiners, each with a thread of ours that hands it one submission after the other.

Examiners are processes of their own, so the threads only wait. They live as long as the batch; one that dies is
replaced, and the submission it had is graded again. Timed sections take turns by a lock of the machine (`grader.exam`).
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Iterator

from grader import config
from grader.cohort.engine import Result, Task
from grader.cohort.tireless import Tireless
from grader.errors import IsolationError
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Tier

_LOOK_WALL_S = 0.5  # how soon a Ctrl-C is heard on systems that do not interrupt a wait
_END_WALL_S = 15.0


def places(jobs: int, *, timing: bool) -> list[int | None]:
    """The core on which each examiner and its workers are to stay; None where the scheduler is to decide.

    An examiner and its worker take turns. Where every core has a job of its own anyway, they do so an eighth faster on
    one core: waking somebody on another costs more than the call. Timed sections choose a core for themselves.
    """
    if timing or jobs < 2 or not hasattr(os, "sched_setaffinity"):
        return [None] * jobs
    ours = sorted(os.sched_getaffinity(0))
    return [*ours] if len(ours) == jobs else [None] * jobs


class LocalEngine:
    """Grades on this machine."""

    def __init__(
        self,
        options: GradeOptions,
        *,
        jobs: int,
        content: config.Content | None = None,
        exact_tier: Tier | None = None,
    ) -> None:
        """
        Args:
            options: with the seed of the batch.
            jobs: how many examiners at once.
        """
        self._options = options
        self._jobs = jobs
        self._content = content
        self._exact_tier = exact_tier

    def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
        """Grade all tasks.

        Raises:
            IsolationError: the wanted tier is not to be had.
        """
        orders: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        results: queue.SimpleQueue[Result | IsolationError] = queue.SimpleQueue()
        hands: list[_Hand] = []
        free = places(self._jobs, timing=self._options.timing)
        under_way = 0
        try:
            while True:
                while under_way < 2 * self._jobs and (task := next(tasks, None)) is not None:
                    orders.put(task)
                    under_way += 1
                    if len(hands) < self._jobs:
                        hands.append(_Hand(Tireless(self._examiner), orders, results, free[len(hands)]))
                        hands[-1].start()
                if not under_way:
                    return
                result = _next(results)
                under_way -= 1
                yield result
        finally:
            self._end(hands, orders, in_a_hurry=under_way > 0)

    def _examiner(self) -> Examiner:
        return Examiner(options=self._options, content=self._content, exact_tier=self._exact_tier)

    @staticmethod
    def _end(hands: list[_Hand], orders: queue.SimpleQueue[Task | None], *, in_a_hurry: bool) -> None:
        for hand in hands:
            hand.stopped = True
            orders.put(None)
        for hand in hands if in_a_hurry else ():
            hand.tireless.kill()
        end_s = time.monotonic() + _END_WALL_S
        for hand in hands:
            hand.join(max(0.0, end_s - time.monotonic()))


class _Hand(threading.Thread):
    """Holds one examiner. The process dies with its thread, should all else fail."""

    def __init__(
        self,
        tireless: Tireless,
        orders: queue.SimpleQueue[Task | None],
        results: queue.SimpleQueue[Result | IsolationError],
        core: int | None = None,
    ) -> None:
        """
        Args:
            core: where it and its examiner stay; None: wherever there is room.
        """
        super().__init__(name="examiner", daemon=True)
        self.tireless = tireless
        self.stopped = False
        self._orders = orders
        self._results = results
        self._core = core

    def run(self) -> None:
        if self._core is not None:
            with contextlib.suppress(OSError):  # taken from us meanwhile: then it is a little slower
                os.sched_setaffinity(0, {self._core})  # of this thread, and of the processes that it starts
        try:
            while (task := self._orders.get()) is not None and not self.stopped:
                self._results.put(self.tireless.grade(task))
        except IsolationError as error:
            self._results.put(error)
        finally:
            self.tireless.close()


def _next(results: queue.SimpleQueue[Result | IsolationError]) -> Result:
    while True:
        try:
            found = results.get(timeout=_LOOK_WALL_S)
        except queue.Empty:
            continue
        if isinstance(found, IsolationError):
            raise found
        return found
