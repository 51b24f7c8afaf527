"""The handle of examiners' processes: submissions in, reports out. One process for each set of libraries and models."""

from __future__ import annotations

import contextlib
import os
import signal
import site
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Self

from grader import config, errors
from grader.catalog.load import load
from grader.errors import ExaminerDied, GraderError
from grader.exam.pretrained import arguments_of
from grader.examiner import protocol
from grader.grading.options import GradeOptions, Progress
from grader.model import Report, Submission, Tier
from grader.sandbox.zygote import clean_environment
from grader.wire import Decoder, receive_frame

__all__ = ["Examiner", "GradeOptions", "Progress"]

SEED_BITS = 48  # a seed that people can copy, and that nobody guesses
CLOSE_WALL_S = 5.0


class Examiner:
    """Grades submissions in processes of its own. Close it, or use it as a context manager."""

    def __init__(
        self, *, options: GradeOptions, content: config.Content | None = None, exact_tier: Tier | None = None
    ) -> None:
        """
        Args:
            content: other exercises than the ones that came with the grader.
            exact_tier: just this tier of isolation, though the machine may have a better one.
        """
        self.options = options
        self._wanted = (
            f"={exact_tier}" if exact_tier else f">={options.require_tier}" if options.require_tier else "best"
        )
        self.seed = _drawn_seed() if options.seed is None else options.seed
        self._content = content or config.content()
        self._processes: dict[tuple[str, ...], _Process] = {}
        self._holdings: dict[str, tuple[str, ...]] = {}  # libraries and models, as arguments of the process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, slugs: Sequence[str]) -> None:
        """Start the processes for these exercises now, so that they load while the caller does something else."""
        for holdings, group in self._grouped(slugs).items():
            self._process(holdings, group)

    def grade(
        self, submissions: Sequence[Submission], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[Report]:
        """Grade submissions, in order.

        Raises:
            GraderError: a fault of ours: an exercise is broken, the wanted tier is missing, a process died.
        """
        self.start([each.exercise for each in submissions])
        for number, submission in enumerate(submissions):
            process = self._processes[self._holdings[submission.exercise]]
            yield process.grade(protocol.Job(number, submission, self.options, on_progress is not None), on_progress)

    def close(self) -> None:
        """End all processes and everything that they started."""
        for each in self._processes.values():
            each.close()
        self._processes.clear()

    def kill(self) -> None:
        """End all processes at once, whatever they are at. Any thread may; whoever waits for one hears that it died."""
        for each in list(self._processes.values()):
            each.kill()

    def _grouped(self, slugs: Sequence[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
        groups: dict[tuple[str, ...], list[str]] = {}
        for slug in dict.fromkeys(slugs):
            if slug not in self._holdings:
                exercise = load(slug, self._content)
                self._holdings[slug] = (*exercise.libraries, *(arguments_of(exercise) if self.options.full else ()))
            groups.setdefault(self._holdings[slug], []).append(slug)
        return {holdings: tuple(group) for holdings, group in groups.items()}

    def _process(self, holdings: tuple[str, ...], group: tuple[str, ...]) -> None:
        running = self._processes.get(holdings)
        if running is not None and set(group) <= set(running.slugs):
            return
        if running is not None:
            running.close()
            group = tuple(dict.fromkeys((*running.slugs, *group)))
        self._processes[holdings] = _Process(holdings, group, self._wanted, self._content, self.seed)


class _Process:
    def __init__(
        self, holdings: tuple[str, ...], slugs: tuple[str, ...], wanted: str, content: config.Content, seed: int
    ) -> None:
        self.slugs = slugs
        self._socket, theirs = socket.socketpair()
        self._decoder = Decoder(body_limit=protocol.BODY_LIMIT)
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    *isolation_flags(),
                    "-m",
                    "grader.examiner",
                    str(theirs.fileno()),
                    wanted,
                    *holdings,
                ],
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                cwd="/",
                start_new_session=True,
            )
        try:
            protocol.send(self._socket, protocol.start_of(slugs, content, seed))
        except OSError as error:
            raise self._died() from error

    def grade(self, job: protocol.Job, on_progress: Callable[[Progress], None] | None) -> Report:
        try:
            protocol.send(self._socket, job)
        except OSError:
            pass  # it may have said why before it went
        while True:
            event = self._next()
            match event:
                case protocol.Told():
                    if on_progress is not None:
                        on_progress(event.progress)
                case protocol.Graded():
                    return event.report
                case protocol.Fault():
                    raise _error_of(event)
                case protocol.Started():
                    pass

    def _next(self) -> protocol.Event:
        try:
            frame = receive_frame(self._socket, self._decoder)
        except OSError as error:
            raise self._died() from error
        if frame is None:
            raise self._died()
        return protocol.event_of(frame)

    def _died(self) -> ExaminerDied:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        code = self._process.returncode
        how = f"signal {-code}" if code is not None and code < 0 else f"exit {code}"
        return ExaminerDied(
            f"the examiner's process ended unexpectedly ({how}); nothing was graded wrongly, please run it again",
            f"评分主进程意外结束（{how}）；不会产生错误的评分，请重新运行",
        )

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._socket.close()
        try:
            self._process.wait(timeout=CLOSE_WALL_S)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


def _drawn_seed() -> int:
    return int.from_bytes(os.urandom(SEED_BITS // 8))


def isolation_flags() -> list[str]:
    """What the interpreter of a process of ours is told: to be isolated.

    A copy installed for one user only must stay importable, though.
    """
    user_site = site.getusersitepackages() if site.ENABLE_USER_SITE else None
    if user_site and config.__file__.startswith(user_site):
        return ["-E", "-P", "-B"]
    return ["-I", "-B"]


def _error_of(fault: protocol.Fault) -> GraderError:
    kind = getattr(errors, fault.kind, GraderError)
    if not (isinstance(kind, type) and issubclass(kind, GraderError)):
        kind = GraderError
    return kind(fault.en, fault.zh)
