"""The loop of the examiner's process: orders in, progress and reports out."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import socket
from collections.abc import Sequence
from pathlib import Path

import msgspec

import grader
from grader import config
from grader.catalog.load import load
from grader.errors import GraderError, IsolationError, SandboxError, WorkerLost
from grader.exam import peak
from grader.exam.room import Room, open_room
from grader.exam.supply import Supply
from grader.examiner import protocol
from grader.grading.grade import Grader
from grader.grading.options import Progress
from grader.jail.plan import Layer
from grader.model import Environment, Exercise, Report
from grader.sandbox import Zygote, accounts, start_zygote
from grader.wire import Decoder

ATTEMPTS = 3  # at one submission; whoever kills that often is not stopped by a fourth


def serve(
    control: socket.socket, zygote: Zygote, wanted: str, libraries: Sequence[str], models: Sequence[str] = ()
) -> None:
    """Grade until the socket closes. A fault of ours is reported on it and ends the loop.

    Args:
        models: what the zygote loaded besides, as `start_zygote` takes it.
    """
    decoder = Decoder(body_limit=protocol.BODY_LIMIT)
    start = protocol.receive_order(control, decoder)
    if not isinstance(start, protocol.Start):
        return
    try:
        where = config.Content(
            exercises=Path(start.exercises),
            solutions=Path(start.solutions),
            hidden=Path(start.hidden),
            templates=Path(),
            attacks=Path(),
        )
        exercises = [load(slug, where) for slug in start.slugs]
        held = _Held(wanted, libraries, models)
        loop = _Loop(control, decoder, zygote, held, exercises, start.seed)
        loop.think_ahead()
        open_room(exercises, loop.run)
    except GraderError as error:
        _fault(control, error)
    except (BrokenPipeError, ConnectionResetError):
        return  # whoever asked is gone
    except Exception as error:  # a fault of ours must reach the user as one sentence
        _fault(control, GraderError(f"{type(error).__name__}: {error}"))


def _fault(control: socket.socket, error: GraderError) -> None:
    protocol.send(control, protocol.Fault(type(error).__name__, error.text.en, error.text.zh))


class _Held(msgspec.Struct, frozen=True):
    """What a zygote holds, to be had again from another one."""

    wanted: str
    libraries: Sequence[str]
    models: Sequence[str]


class _Loop:
    def __init__(
        self,
        control: socket.socket,
        decoder: Decoder,
        zygote: Zygote,
        held: _Held,
        exercises: Sequence[Exercise],
        seed: int,
    ) -> None:
        self._control = control
        self._decoder = decoder
        self._zygote = zygote
        self._held = held
        self._exercises = {each.slug: each for each in exercises}
        self._seed = seed
        self._environment = _environment(held.libraries)
        self._graders: dict[str, Grader] = {}
        self._supply: Supply | None = None

    def think_ahead(self) -> None:
        """Have the first workers forked while the tests are collected, where there is no doubt for which exercise; and
        who looks at memory start, where any is measured."""
        if any(each.memory_budgets for each in self._exercises.values()) and accounts.available():
            peak.prepare()
        if len(self._exercises) == 1:
            (exercise,) = self._exercises.values()
            self._supply = Supply(self._zygote, exercise.budget)
            self._supply.prepare()

    def run(self, room: Room) -> None:
        protocol.send(self._control, protocol.Started(self._zygote.hello.tier))
        try:
            while (order := protocol.receive_order(self._control, self._decoder)) is not None:
                if isinstance(order, protocol.Job):
                    report = self._grade(order, room)
                    protocol.send(self._control, protocol.Graded(order.number, report))
        finally:
            self._close_graders()
            self._zygote.close()
            peak.dismiss()

    def _grade(self, job: protocol.Job, room: Room) -> Report:
        def tell(done: int, total: int, stage: str) -> None:
            if not job.tell:
                return
            progress = Progress(submission=job.number, done=done, total=total, stage=stage)
            protocol.send(self._control, protocol.Told(progress))

        lost = False
        for attempt in range(ATTEMPTS):
            try:
                # Where it has no pid namespace of its own, a worker can send itself SIGKILL.
                self._zygote.blames_workers = lost and Layer.PID_NS.value not in self._zygote.hello.layers
                return self._grader(job, room).grade(job.submission, job.options, tell)
            except IsolationError:
                raise
            except SandboxError as error:
                # The zygote or a worker died, by our fault or by the machine's: from the start, with fresh ones.
                if attempt + 1 == ATTEMPTS:
                    raise
                lost = isinstance(error, WorkerLost)
                self._renew(keep_zygote=lost)
        raise AssertionError

    def _grader(self, job: protocol.Job, room: Room) -> Grader:
        """The grader of this exercise and seed. What it remembers holds for that seed alone: another one, another."""
        slug = job.submission.exercise
        seed = self._seed if job.options.seed is None else job.options.seed
        grader = self._graders.get(slug)
        if grader is None or grader.seed != seed:
            if grader is not None:
                grader.close()
            exercise = self._exercises[slug]
            supply, self._supply = self._supply or Supply(self._zygote, exercise.budget), None
            grader = Grader(exercise, room, self._zygote, supply, seed, self._environment)
            self._graders[slug] = grader
        return grader

    def _renew(self, *, keep_zygote: bool) -> None:
        self._close_graders()
        if keep_zygote:
            return
        self._zygote.close()
        self._zygote = start_zygote(self._held.libraries, self._held.wanted, self._held.models)

    def _close_graders(self) -> None:
        for each in self._graders.values():
            each.close()
        self._graders.clear()
        if self._supply is not None:
            self._supply.close()
            self._supply = None


def _environment(libraries: Sequence[str]) -> Environment:
    versions = {}
    for name in libraries:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "?"
    return Environment(
        grader=grader.__version__,
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        cpu=_processor(),
        cores=os.cpu_count() or 1,
        libraries=versions,
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
