"""A program: what a worker is to hold, and how it gets to hold it."""

from __future__ import annotations

from pathlib import Path

from grader.exam.answers import Answers
from grader.exam.failures import CandidateBlocked, CandidateGone, CandidateRaised
from grader.model import Died, Exercise
from grader.sandbox import Expired, Worker, claims
from grader.wire import messages


class Program:
    """What a worker is to hold: a submission's source beside the exercise's support code. Its answers stay here."""

    def __init__(self, exercise: Exercise, source: bytes, answers: bytes | None = None) -> None:
        self.exercise = exercise
        self.source = source
        self.answers = Answers(exercise, answers)
        self.support = _read(exercise.support_file)
        self.functions = tuple(each.name for each in exercise.functions if not each.answer)
        self.no_grad = frozenset(each.name for each in exercise.functions if each.no_grad)
        self.observes = {each.name: each.observes for each in exercise.support}

    def load(self, worker: Worker, *, steady_heap: bool = False) -> tuple[str, ...]:
        """Execute it in a worker.

        Args:
            steady_heap: the worker is for a timed section.

        Returns:
            The names of the contract that it does not define.

        Raises:
            Judged: it cannot be imported.
        """
        request = messages.Load(
            slug=self.exercise.slug,
            source_bytes=len(self.source),
            steady_heap=steady_heap,
            not_allowed=self.exercise.not_allowed,
            functions=self.functions,
        )
        try:
            reply, _ = worker.request(request, [self.source, self.support], wall_s=self.exercise.budget.import_wall_s)
        except Expired as error:
            raise CandidateGone(error.died, None) from None
        if isinstance(reply, messages.Loaded):
            return reply.missing
        if isinstance(reply, messages.Raised):
            raise CandidateRaised(claims.raised(reply), None)
        if isinstance(reply, messages.Blocked):
            raise CandidateBlocked(claims.blocked(reply))
        raise CandidateGone(Died("protocol"), None)

    def inspect(self, worker: Worker) -> tuple[messages.Use, ...]:
        """Names that are not allowed and that the contract's functions reach, by reading the source in a worker."""
        request = messages.Inspect(self.exercise.slug, self.exercise.not_allowed, self.functions)
        try:
            reply, _ = worker.request(request, [self.source], wall_s=self.exercise.budget.import_wall_s)
        except Expired:
            return ()  # loading it will say what is wrong
        return reply.uses if isinstance(reply, messages.Inspected) else ()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
