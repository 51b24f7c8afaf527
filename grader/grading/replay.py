"""Replays scenes on trusted programs (the reference, the mistakes) in jailed workers, and remembers the answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from grader.exam.answers import handed_in
from grader.exam.failures import CandidateGone, Judged
from grader.exam.memo import call_digest
from grader.exam.program import Program
from grader.exam.supply import Supply
from grader.model import Call, Died, Exercise, HandleRef, Mistake, Observation, Raised, Returned, Scene, Unsupported
from grader.sandbox import Expired, Worker
from grader.wire import messages

AHEAD_CALL_WALL_S = 1.0


class Understudy:
    """Plays scenes that were recorded with a submission on trusted programs, all in one worker.

    A program is executed anew for each scene, and tried again in a fresh worker where it dies, or has no memory, in one
    that has played before: little time or memory may have been left there.
    """

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        self._worker: Worker | None = None
        self._plays = 0  # of the present worker
        self.cpu_s = 0.0

    def play(self, program: Program, scene: Scene, *, wall_s: float | None = None) -> tuple[Observation, ...]:
        """Make the scene's calls, in order, in a worker seeded as the scene's was.

        Args:
            wall_s: how long a call may take; the budget's usual limit where none is given.
        """
        if all(call.target == "answer" for call in scene.calls):
            return tuple(program.answers.observe(call.name, *call.arguments) for call in scene.calls)
        played = self._attempt(program, scene, wall_s)
        if self._plays > 1 and any(map(_may_owe_it_to_others, played)):
            self.close()
            played = self._attempt(program, scene, wall_s)
        return played

    def close(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None
        self._plays = 0

    def _attempt(self, program: Program, scene: Scene, wall_s: float | None) -> tuple[Observation, ...]:
        if self._worker is None or self._worker.died is not None:
            self.close()
            self._worker = self._supply.take()
        self._plays += 1
        try:
            return self._calls(self._worker, program, scene, wall_s)
        except (Expired, CandidateGone) as error:
            return tuple(error.died for _ in scene.calls)
        except Judged as error:
            raised = getattr(error, "raised", Raised(("ImportError",), str(error)))
            return tuple(raised for _ in scene.calls)

    def _calls(self, worker: Worker, program: Program, scene: Scene, wall_s: float | None) -> tuple[Observation, ...]:
        try:
            program.load(worker)
        finally:
            self.cpu_s += worker.last.cpu_s
        worker.request(messages.Begin(scene.seed))
        handles: dict[int, HandleRef] = {}
        played: list[Observation] = []
        for call, seen in zip(scene.calls, scene.observations, strict=True):
            moved = _with_handles(call, handles)
            observation: Observation = Unsupported("nothing: the object is missing")
            if moved is not None:
                observation = worker.call(moved, wall_s=wall_s)
                self.cpu_s += worker.last.cpu_s
            _match_handles(seen, observation, handles)
            played.append(observation)
        return tuple(played)


def _may_owe_it_to_others(seen: Observation) -> bool:
    """Whether a program may have ended so because of what was played before; the time of a call is its own."""
    if isinstance(seen, Died):
        return seen.cause != "timeout"
    return isinstance(seen, Raised) and "MemoryError" in seen.types


def _match_handles(seen: Observation, played: Observation, handles: dict[int, HandleRef]) -> None:
    """Objects are numbered by each worker for itself; pair those that the same call brought forth."""
    if isinstance(seen, Returned) and isinstance(played, Returned):
        one, other = seen.value, played.value
        if isinstance(one, HandleRef) and isinstance(other, HandleRef):
            handles[one.number] = other


def marks_of(scene: Scene) -> tuple[bytes, ...]:
    """A digest for each beginning of a scene, the empty one first: its calls so far, and what they are said to be on.

    Which object each call brought forth is a claim that decides what later calls are played on: two scenes with the
    same calls and other claims are not the same, or one submission could spoil another's answers.
    """
    digest = hashlib.blake2b(str(scene.seed).encode())
    marks = [digest.digest()]
    for call, seen in zip(scene.calls, scene.observations, strict=True):
        value = seen.value if isinstance(seen, Returned) else None
        digest.update(call_digest(call))
        digest.update(f"{value.number if isinstance(value, HandleRef) else -1};".encode())
        marks.append(digest.digest())
    return tuple(marks)


def _with_handles(call: Call, handles: dict[int, HandleRef]) -> Call | None:
    """The call with the other worker's numbers, or None where an object that it needs does not exist there."""
    try:
        return Call(
            target=call.target,
            name=call.name,
            function=call.function,
            arguments=tuple(_translate(each, handles) for each in call.arguments),
            keywords={key: _translate(each, handles) for key, each in call.keywords.items()},
            receiver=handles[call.receiver.number] if call.receiver is not None else None,
            no_grad=call.no_grad,
            echo=call.echo,
        )
    except KeyError:
        return None


def _translate(value: object, handles: dict[int, HandleRef]) -> object:
    if isinstance(value, HandleRef):
        return handles[value.number]
    if isinstance(value, list):
        return [_translate(each, handles) for each in value]
    if isinstance(value, tuple):
        return tuple(_translate(each, handles) for each in value)
    if isinstance(value, dict):
        return {key: _translate(each, handles) for key, each in value.items()}
    return value


class Replays:
    """What the diagnosis asks: how the reference and each mistake answer the calls of a scene.

    Scenes end where a submission fails, so that many are the beginning of another: what was answered to the longer one
    answers the shorter.
    """

    def __init__(self, exercise: Exercise, supply: Supply) -> None:
        self._exercise = exercise
        self._supply = supply
        self._known: dict[tuple[str, int, bytes], tuple[Observation, ...]] = {}
        # What mistakes do to their process is nothing that the reference is to be seen through.
        self._of_reference = Understudy(supply)
        self._of_mistakes = Understudy(supply)
        self._programs: dict[str, Program] = {}
        self._marks: dict[int, tuple[Scene, tuple[bytes, ...]]] = {}
        self._transcript: Sequence[Scene] = ()
        self._submission = 0
        self._live: set[str] = set()  # who was played for this submission
        self._called: dict[str, int] = {}  # who -> the first submission for which it was played
        self._spent_s = 0.0
        self._turn = 0

    def start(self, transcript: Sequence[Scene] = ()) -> None:
        """Begin the diagnosis of another submission: nothing is spent yet.

        Args:
            transcript: its scenes that can be replayed.
        """
        self._submission += 1
        self._transcript = transcript
        self._spent_s = 0.0
        self._marks.clear()

    def finish(self) -> None:
        """Let the workers go; what they answered stays known."""
        self._of_reference.close()
        self._of_mistakes.close()
        self._live.clear()
        self._marks.clear()
        self._transcript = ()

    def reference(self, scene: Scene) -> tuple[Observation, ...]:
        """Two runs take turns, so that whoever asks twice sees what is not the same every time."""
        self._turn = 1 - self._turn
        return self._play("", scene, run=self._turn)

    def mistake(self, mistake: Mistake, scene: Scene) -> tuple[Observation, ...]:
        known = self._play(mistake.id, scene)
        if mistake.id in self._live and self._called.setdefault(mistake.id, self._submission) < self._submission:
            self._play_ahead(mistake)
        return known

    def cpu_spent_s(self) -> float:
        return self._spent_s

    def _play(self, who: str, scene: Scene, *, run: int = 0) -> tuple[Observation, ...]:
        marks = self._marks_of(scene)
        known = self._known.get((who, run, marks[-1]))
        if known is not None:
            return known[: len(scene.calls)]
        understudy = self._of_mistakes if who else self._of_reference
        self._live.add(who)
        before_s = understudy.cpu_s
        answer = understudy.play(self._program(who), scene)
        self._spent_s += understudy.cpu_s - before_s
        self._remember(who, run, marks, answer)
        return answer

    def _marks_of(self, scene: Scene) -> tuple[bytes, ...]:
        if id(scene) not in self._marks:  # kept with the scene, so that its number cannot go to another
            self._marks[id(scene)] = (scene, marks_of(scene))
        return self._marks[id(scene)][1]

    def _remember(self, who: str, run: int, marks: Sequence[bytes], answer: tuple[Observation, ...]) -> None:
        for mark in marks:
            self._known.setdefault((who, run, mark), answer)
        self._known[who, run, marks[-1]] = answer

    def _play_ahead(self, mistake: Mistake) -> None:
        """Have a mistake that was called up for an earlier submission too play all that it may be asked about.

        In a batch it will be asked, and calling it up costs more than the play. It is no part of the diagnosis of this
        submission, and what would take long is left until it is asked for.
        """
        self._called[mistake.id] = self._submission  # once a submission
        wrong = {*mistake.functions, *mistake.inherits}
        for scene in self._transcript:
            marks = self._marks_of(scene)
            if (mistake.id, 0, marks[-1]) in self._known or not any(call.function in wrong for call in scene.calls):
                continue
            answer = self._of_mistakes.play(self._program(mistake.id), scene, wall_s=AHEAD_CALL_WALL_S)
            if any(isinstance(each, Died) for each in answer):
                return
            self._remember(mistake.id, 0, marks, answer)

    def _program(self, who: str) -> Program:
        if who not in self._programs:
            paths = {"": self._exercise.reference, **{each.id: each.path for each in self._exercise.mistakes}}
            self._programs[who] = Program(self._exercise, *handed_in(self._exercise, paths[who]))
        return self._programs[who]
