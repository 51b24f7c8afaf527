"""A sitting: one check, one submission. Holds what the test's fixtures give out, and what became of it."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from grader import values
from grader.errors import GraderError
from grader.exam.bench import Timed
from grader.exam.failures import CandidateGone, Judged, answer_message
from grader.exam.inputs import Inputs, derive_seed
from grader.exam.memo import ReferenceSeat
from grader.exam.memory import PeakMemory
from grader.exam.proxy import Module
from grader.exam.seat import Seat
from grader.i18n import say
from grader.model import Check, Example, Outcome, Scene, Text, Timing
from grader.sandbox import Expired


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What one check took on the candidate's side."""

    cpu_s: float
    wall_s: float
    peak_rss_bytes: int


class Sat(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one check."""

    outcome: Outcome
    message: Text
    example: Example | None
    traceback: str
    cost: Cost
    scene: Scene
    timing: Timing | None


class Sitting:
    """What the fixtures of a running check give out."""

    def __init__(self, check: Check, candidate: Seat, reference: ReferenceSeat, seed: int) -> None:
        self.check = check
        self._seat = candidate
        self._reference = reference
        slug = candidate.program.exercise.slug
        self._worker_seed = derive_seed(seed, slug, check.id, "worker")
        self.candidate = Module(candidate, candidate.program)
        self.reference = Module(reference, reference.seat.program)
        self.inputs = Inputs(derive_seed(seed, slug, check.id, "inputs"))

        def renew(repetition: int) -> None:
            self.inputs.begin(derive_seed(seed, slug, check.id, "inputs", str(repetition)))

        sides = (candidate.program, reference.seat.program)
        self.timed = Timed(check, sides, candidate.supply, self._worker_seed, renew)
        self.memory = PeakMemory(check, candidate.program, self.reference, candidate.supply, self._worker_seed)
        self.error: BaseException | None = None
        self._started_s = time.monotonic()
        candidate.begin(check, self._worker_seed)
        reference.begin(check, self._worker_seed)

    def finish(self) -> Sat:
        """Close the records and judge.

        Raises:
            GraderError: our fault, not the candidate's.
            UnusableResult: the test's own code stumbled over what the candidate returned, or is itself broken.
        """
        scene = self._seat.end()
        self._reference.end()
        cost = Cost(
            cpu_s=self._seat.cpu_s + self.timed.cpu_s + self.memory.cpu_s,
            wall_s=time.monotonic() - self._started_s,
            peak_rss_bytes=max(self._seat.peak_rss_bytes, self.memory.peak_bytes),
        )
        outcome, message, example, traceback = self._judgement(scene, cost)
        return Sat(
            outcome=outcome,
            message=message,
            example=example,
            traceback=traceback,
            cost=cost,
            scene=scene,
            timing=self.timed.result,
        )

    def _judgement(self, scene: Scene, cost: Cost) -> tuple[Outcome, Text, Example | None, str]:
        error = self.error
        if error is None:
            return Outcome.PASSED, self._remark(scene), None, ""
        if isinstance(error, Expired):
            error = CandidateGone(error.died, None)
        if isinstance(error, Judged):
            return error.outcome, error.message, self._evidence(error.example, scene), error.traceback
        if isinstance(error, GraderError | KeyboardInterrupt | SystemExit):
            raise error
        raise UnusableResult(error, scene, cost) from error

    def _remark(self, scene: Scene) -> Text:
        """What there is to say of a check that passed: the points that an essay makes."""
        for call in scene.calls:
            if call.target == "answer" and (marked := self._seat.program.answers.mark(call.name)).points:
                return answer_message(marked)
        return Text("", "")

    def _evidence(self, example: Example | None, scene: Scene) -> Example | None:
        """The example, with the call that it is about: the first that the reference answers otherwise, or the last."""
        for at, (call, seen) in enumerate(zip(scene.calls, scene.observations, strict=True)):
            right = self._reference.answer_to(call)
            if right is not None and not values.same_observation(seen, right):
                return _completed(example, scene, at)
        return _completed(example, scene)


class UnusableResult(Exception):
    """The code of a test raised something of its own. Either the candidate's result has a form that the test cannot
    use, or the test is broken; running it on the reference tells."""

    def __init__(self, error: BaseException, scene: Scene, cost: Cost) -> None:
        super().__init__(str(error))
        self.error = error
        self.scene = scene
        self.cost = cost

    def message(self, visible: bool) -> Text:
        """The sentence for the candidate, once the reference has passed."""
        if visible and isinstance(self.error, AssertionError):
            return say("The assertion of the visible test does not hold{place}.", place=_place(self.error))
        if self.scene.calls:
            return say(
                "What {function} returned does not have the form that the contract promises.",
                function=self.scene.calls[-1].function,
            )
        return say("What came back does not have the form that the contract promises.")

    def example(self) -> Example | None:
        return _completed(None, self.scene)


def _place(error: BaseException) -> str:
    """The line of the visible test; the assertion itself may stand in something that it calls."""
    line = 0
    trace = error.__traceback__
    while trace is not None and not line:
        if trace.tb_frame.f_code.co_filename.endswith("test_visible.py"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" (test_visible.py:{line})" if line else ""


def _completed(example: Example | None, scene: Scene, at: int = -1) -> Example | None:
    """Add a call to the evidence, and what came back where nothing else is known."""
    if not scene.calls:
        return example
    call, observation = scene.calls[at], scene.observations[at]
    shown = example or Example(call="")
    got: Any = getattr(observation, "value", None)
    return msgspec.structs.replace(
        shown,
        call=shown.call or values.describe_call(call),
        got=shown.got or (values.snippet(got) if got is not None else ""),
        inputs=shown.inputs or _inputs(call.arguments),
    )


SMALL_INPUT_ELEMENTS = 64


def _inputs(arguments: tuple[Any, ...]) -> str:
    if sum(values.element_count(each) for each in arguments) > SMALL_INPUT_ELEMENTS:
        return ""
    return "\n".join(values.snippet(each) for each in arguments)
