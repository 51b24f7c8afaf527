"""An examiner that is replaced when it dies, so that one submission, or one killed process, costs nobody else."""

from __future__ import annotations

from collections.abc import Callable

from grader.cohort.engine import ATTEMPTS, Result, Task, fault_of
from grader.errors import ExaminerDied, IsolationError
from grader.examiner.client import Examiner
from grader.i18n import say


class Tireless:
    """Grades one submission after the other, for one thread; any other may `kill` it."""

    def __init__(self, make: Callable[[], Examiner]) -> None:
        self._make = make
        self._examiner: Examiner | None = None
        self._stopped = False

    def grade(self, task: Task) -> Result:
        """Grade a submission; a fault of ours is tried again with a fresh examiner, then told as the result.

        Raises:
            IsolationError: nothing can be graded on this machine.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                (report,) = self._hired().grade([task.submission])
                return Result(task.key, report)
            except IsolationError:
                self.close()
                raise
            except Exception as error:  # whatever it is, the batch goes on
                self.close()
                if attempt == ATTEMPTS or self._stopped or not isinstance(error, (ExaminerDied, OSError)):
                    return Result(task.key, None, fault_of(error))
        raise AssertionError

    def _hired(self) -> Examiner:
        """The examiner, a fresh one where there is none.

        Raises:
            ExaminerDied: no more is to be graded.
        """
        if self._examiner is None and not self._stopped:
            self._examiner = self._make()
        if self._examiner is None or self._stopped:  # after the making: whoever stops us now finds what was made
            raise ExaminerDied.of(say("The batch was broken off."))
        return self._examiner

    def kill(self) -> None:
        """End the examiner from another thread, for good; what it is grading becomes a fault."""
        self._stopped = True
        examiner = self._examiner
        if examiner is not None:
            examiner.kill()

    def close(self) -> None:
        """End the examiner in an orderly way."""
        examiner, self._examiner = self._examiner, None
        if examiner is not None:
            examiner.close()
