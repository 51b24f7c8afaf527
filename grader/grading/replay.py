"""Replays scenes on trusted programs (the reference, the mistakes) in jailed workers, and remembers the answers."""

from __future__ import annotations

from grader.exam.answers import handed_in
from grader.exam.failures import Judged
from grader.exam.memo import scene_digest
from grader.exam.seat import Program
from grader.exam.supply import Supply
from grader.model import Call, Exercise, HandleRef, Mistake, Observation, Raised, Returned, Scene, Unsupported
from grader.sandbox import Expired, Worker
from grader.wire import messages


class Understudy:
    """One trusted program in a worker, playing scenes that were recorded with another."""

    def __init__(self, program: Program, supply: Supply) -> None:
        self._program = program
        self._supply = supply
        self._worker: Worker | None = None
        self._loading: bytes | None = None
        self.cpu_s = 0.0

    def play(self, scene: Scene) -> tuple[Observation, ...]:
        """Make the scene's calls, in order, in a worker seeded as the scene's was."""
        if all(call.target == "answer" for call in scene.calls):
            return tuple(self._program.answers.observe(call.name, *call.arguments) for call in scene.calls)
        worker = self._ready()
        if isinstance(worker, Raised):
            return tuple(worker for _ in scene.calls)
        worker.request(messages.Begin(scene.seed))
        handles: dict[int, HandleRef] = {}
        played: list[Observation] = []
        for call, seen in zip(scene.calls, scene.observations, strict=True):
            moved = _with_handles(call, handles)
            observation: Observation = Unsupported("nothing: the object is missing")
            if moved is not None:
                observation = worker.call(moved)
                self.cpu_s += worker.last.cpu_s
            _match_handles(seen, observation, handles)
            played.append(observation)
        return tuple(played)

    def close(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def prepare(self) -> None:
        """Have a spare worker, if one is ready, load the program meanwhile."""
        if self._worker is None and (worker := self._supply.take_if_ready()) is not None:
            self._worker, self._loading = worker, self._program.post(worker)

    def _ready(self) -> Worker | Raised:
        if self._worker is None or self._worker.died is not None:
            self.close()
            self._worker = self._supply.take()
            self._loading = self._program.post(self._worker)
        if self._loading is not None:
            try:
                self._program.loaded(self._worker, self._loading)
            except Judged as error:
                self.close()
                return getattr(error, "raised", Raised(("ImportError",), str(error)))
            finally:
                self._loading = None
        return self._worker


def _match_handles(seen: Observation, played: Observation, handles: dict[int, HandleRef]) -> None:
    """Objects are numbered by each worker for itself; pair those that the same call brought forth."""
    if isinstance(seen, Returned) and isinstance(played, Returned):
        one, other = seen.value, played.value
        if isinstance(one, HandleRef) and isinstance(other, HandleRef):
            handles[one.number] = other


def _handles_of(scene: Scene) -> bytes:
    """Which object each call is said to have brought forth. A claim that decides what later calls are played on: two
    scenes with the same calls and other claims are not the same, or one submission could spoil another's answers."""
    values = (each.value if isinstance(each, Returned) else None for each in scene.observations)
    return ",".join(str(each.number) if isinstance(each, HandleRef) else "" for each in values).encode()


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
    """What the diagnosis asks: how the reference and each mistake answer the calls of a scene."""

    def __init__(self, exercise: Exercise, supply: Supply) -> None:
        self._exercise = exercise
        self._supply = supply
        self._known: dict[tuple[str, int, bytes], tuple[Observation, ...]] = {}
        self._understudies: dict[str, Understudy] = {}
        self._digests: dict[int, tuple[Scene, bytes]] = {}
        self._spent_s = 0.0
        self._turn = 0

    def start(self) -> None:
        """Begin the diagnosis of another submission: nothing is spent yet."""
        self._spent_s = 0.0
        self._digests.clear()

    def finish(self) -> None:
        """Let the workers go; what they answered stays known."""
        for each in self._understudies.values():
            each.close()
        self._understudies.clear()
        self._digests.clear()

    def reference(self, scene: Scene) -> tuple[Observation, ...]:
        """Two runs take turns, so that whoever asks twice sees what is not the same every time."""
        self._turn = 1 - self._turn
        return self._play("", scene, run=self._turn)

    def mistake(self, mistake: Mistake, scene: Scene) -> tuple[Observation, ...]:
        return self._play(mistake.id, scene)

    def cpu_spent_s(self) -> float:
        return self._spent_s

    def _play(self, who: str, scene: Scene, *, run: int = 0) -> tuple[Observation, ...]:
        if id(scene) not in self._digests:  # kept with the scene, so that its number cannot go to another
            self._digests[id(scene)] = (scene, scene_digest(scene) + _handles_of(scene))
        digest = self._digests[id(scene)][1]
        known = self._known.get((who, run, digest))
        if known is not None:
            return known
        understudy = self._understudies.get(who)
        if understudy is None:
            understudy = self._understudies[who] = Understudy(self._program(who), self._supply)
        self._foresee(who, digest)
        before_s = understudy.cpu_s
        try:
            answer = understudy.play(scene)
        except Expired as error:
            answer = tuple(error.died for _ in scene.calls)
        self._spent_s += understudy.cpu_s - before_s
        self._known[who, run, digest] = answer
        return answer

    def _foresee(self, who: str, digest: bytes) -> None:
        """Mistakes are asked one after the other: have the next one that gets the same functions wrong get ready."""
        mistakes = self._exercise.mistakes
        at = next((number for number, each in enumerate(mistakes) if each.id == who), None)
        if at is None:
            return
        wrong = {*mistakes[at].functions, *mistakes[at].inherits}
        for each in mistakes[at + 1 :]:
            if wrong & {*each.functions, *each.inherits}:
                if each.path.suffix == ".md":  # a sheet of answers needs no worker
                    return
                if each.id not in self._understudies and (each.id, 0, digest) not in self._known:
                    self._understudies[each.id] = Understudy(self._program(each.id), self._supply)
                    self._understudies[each.id].prepare()
                return

    def _program(self, who: str) -> Program:
        path = self._exercise.reference
        for mistake in self._exercise.mistakes:
            if mistake.id == who:
                path = mistake.path
        return Program(self._exercise, *handed_in(self._exercise, path))
