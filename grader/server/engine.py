"""What grades for who asks: the warm server where it can be had and is wanted, else an examiner of its own.

Nothing depends on the server: whatever goes wrong with it, an examiner is started and the grading begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, Self

from grader.model import Report, Submission

if TYPE_CHECKING:
    from grader.examiner.client import Examiner, GradeOptions, Progress
    from grader.server.client import Asked

Warmth = Literal["start", "use", "cold"]  # start a server where there is none; use one that is there; do without


class Engine:
    """Grades what it is given first, and more if asked. Close it, or use it as a context manager."""

    def __init__(self, options: GradeOptions, warmth: Warmth) -> None:
        self._options = options
        self._warmth: Warmth = warmth
        self._asked: Asked | None = None
        self._examiner: Examiner | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._asked is not None:
            self._asked.close()
            self._asked = None
        if self._examiner is not None:
            self._examiner.__exit__(None, None, None)
            self._examiner = None

    def begin(self, submissions: Sequence[Submission]) -> None:
        """Begin now, so that something else can be done meanwhile. Several share an examiner of their own."""
        if self._warmth != "cold" and len(submissions) == 1:
            from grader.server.client import Asked, NoServerError

            try:
                self._asked = Asked(submissions[0], self._options, start=self._warmth == "start")
            except NoServerError:
                pass
            else:
                return
        self._cold().start([each.exercise for each in submissions])

    def grade(
        self, submissions: Sequence[Submission], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[Report]:
        """Grade what was begun, in order.

        Raises:
            GraderError: a fault of ours.
        """
        if self._asked is not None:
            from grader.server.client import NoServerError

            try:
                report = self._asked.report(on_progress)
            except NoServerError:
                pass
            else:
                yield report
                return
            finally:
                self._asked.close()
                self._asked = None
        yield from self._cold().grade(submissions, on_progress)

    def grade_again(
        self,
        submission: Submission,
        options: GradeOptions,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Report:
        """Grade one submission with options of its own, and stay ready for the next.

        Raises:
            GraderError: a fault of ours; what was loaded is let go.
        """
        self._options = options
        try:
            self.begin([submission])
            (report,) = self.grade([submission], on_progress)
        except BaseException:
            self.close()
            raise
        return report

    def _cold(self) -> Examiner:
        if self._examiner is None:
            from grader.examiner.client import Examiner

            self._examiner = Examiner(options=self._options).__enter__()
        self._examiner.options = self._options
        return self._examiner
