"""The engine on other machines: Dask's scheduler and workers, each with the same version of the grader installed.

What crosses is bytes that we encode: a submission there, a report back. Each worker grades with examiners of its own,
behind the wall of its own machine. A submission with timed sections holds one `core` of its worker, so no two are
timed at once on one; a machine of several workers has the lock of `grader.exam` besides. A worker whose code, exercises
or libraries differ is refused, for its grades would differ too. What a killed worker had is graded by another.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from grader.cohort.engine import Result, Task, fault_of
from grader.cohort.environment import Stamp, stamp_of
from grader.cohort.tireless import Tireless
from grader.errors import GraderError, IsolationError, UsageError
from grader.examiner.client import Examiner, GradeOptions
from grader.i18n import say
from grader.model import Report, Text

CORE = "core"  # the Dask resource that a submission with timed sections holds
CONNECT_WALL_S = 20.0
STAMP_WALL_S = 120.0  # for all workers to say what they have; each reads its exercises for it
_AHEAD = 3  # tasks that are at the cluster, for each thread that it has


class Order(msgspec.Struct, frozen=True):
    """What a worker is asked."""

    task: Task
    options: GradeOptions
    stamp: Stamp


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker answers."""

    result: Result | None
    other: Stamp | None = None  # its own stamp, where it is not the one that was asked for
    unisolated: Text | None = None


class DaskEngine:
    """Grades on a Dask cluster."""

    def __init__(self, options: GradeOptions, *, scheduler: str, slugs: Sequence[str]) -> None:
        """
        Args:
            options: with the seed of the batch.
            scheduler: its address.
            slugs: the exercises of the batch.
        """
        self._options = options
        self._scheduler = scheduler
        self._stamp = stamp_of(slugs)

    def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
        """Grade all tasks.

        Raises:
            UsageError: the cluster is not there, has no worker for us, or one of another version.
            IsolationError: a worker's machine lacks the wanted tier.
        """
        distributed = _distributed()
        with self._client(distributed) as client:
            threads = self._survey(client)
            pool = distributed.as_completed(loop=client.loop, with_results=True, raise_errors=False)
            sent: dict[str, Task] = {}  # by the key of the future

            def fill() -> None:
                while len(sent) < _AHEAD * threads and (task := next(tasks, None)) is not None:
                    future = self._submit(client, task)
                    sent[future.key] = task
                    pool.add(future)

            fill()
            while sent:
                future, outcome = next(pool)
                yield self._result(sent.pop(future.key), future, outcome)
                del future
                fill()

    # ---- the cluster -----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _client(self, distributed: Any) -> Iterator[Any]:
        try:
            client = distributed.Client(self._scheduler, timeout=CONNECT_WALL_S, set_as_default=False, name="grader")
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError.of(
                say(
                    "There is no Dask scheduler at {address} ({reason}).",
                    address=self._scheduler,
                    reason=type(error).__name__,
                )
            ) from error
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):  # a scheduler that is gone needs no goodbye
                client.close()

    def _survey(self, client: Any) -> int:
        """Look at the workers before anything is graded.

        Returns:
            How many submissions they can grade at once.
        """
        workers: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise UsageError.of(say("The Dask scheduler at {address} has no workers.", address=self._scheduler))
        slugs = tuple(self._stamp.exercises)
        try:
            stamps: dict[str, bytes] = client.run(
                stamp_here, slugs, on_error="return", callback_timeout=STAMP_WALL_S
            )  # the last is for `Client.sync`, which `run` goes through
        except TimeoutError as error:
            text = say(
                "Not every worker of the Dask scheduler at {address} answered within {most:g} seconds. Look after those"
                " workers, or end them, and run the command again.",
                address=self._scheduler,
                most=STAMP_WALL_S,
            )
            raise UsageError.of(text) from error
        except Exception as error:  # distributed hands on whatever the other side raised
            text = say(
                "The workers of the Dask scheduler at {address} could not be asked for their versions ({reason}).",
                address=self._scheduler,
                reason=_reason(error),
            )
            raise UsageError.of(text) from error
        for address, said in sorted(stamps.items()):
            if not isinstance(said, bytes):
                raise UsageError.of(_unfit(address, said))
            if (other := msgspec.msgpack.decode(said, type=Stamp)) != self._stamp:
                raise UsageError.of(self._mismatch(address, other))
        timed = sum(each.get("resources", {}).get(CORE, 0) > 0 for each in workers.values())
        if self._options.timing and not timed:
            text = say(
                "No worker has the resource that timed sections need. Start workers with --resources {resource}=1,"
                " or grade with --no-timing.",
                resource=CORE,
            )
            raise UsageError.of(text)
        return timed if self._options.timing else sum(int(each["nthreads"]) for each in workers.values())

    def _submit(self, client: Any, task: Task) -> Any:
        order = msgspec.msgpack.encode(Order(task, self._options, self._stamp))
        return client.submit(
            grade_here,
            order,
            key=f"grader-{task.key}",
            pure=False,
            resources={CORE: 1} if self._options.timing else None,
        )

    def _result(self, task: Task, future: Any, outcome: Any) -> Result:
        if future.status != "finished":
            error = outcome[1] if isinstance(outcome, tuple) else outcome
            if future.status in ("cancelled", "lost"):
                raise UsageError.of(say("The Dask scheduler at {address} is gone.", address=self._scheduler))
            return Result(
                task.key, None, fault_of(error if isinstance(error, BaseException) else RuntimeError(str(error)))
            )
        try:
            reply = msgspec.msgpack.decode(outcome, type=Reply)
        except (msgspec.MsgspecError, TypeError) as error:  # one worker that talks nonsense does not end the batch
            return Result(task.key, None, fault_of(error))
        if reply.other is not None:
            raise UsageError.of(self._mismatch("?", reply.other))
        if reply.unisolated is not None:
            raise IsolationError(reply.unisolated.en, reply.unisolated.zh)
        if reply.result is None:
            return Result(task.key, None, say("No report came back."))
        report = reply.result.report
        if report is not None and not self._answers(report, task):
            return Result(task.key, None, say("The report that came back belongs to another submission."))
        return Result(task.key, report, reply.result.fault)

    def _answers(self, report: Report, task: Task) -> bool:
        """Tell a mix-up. A worker that lies well is not found out: whoever runs the workers is trusted."""
        wanted = task.submission
        return (report.exercise, report.submission_sha256, report.seed) == (
            wanted.exercise,
            wanted.sha256,
            self._options.seed,
        )

    def _mismatch(self, address: str, other: Stamp) -> Text:
        return say(
            "The worker {address} has another version, and its grades could differ. Here: {ours}. There: {theirs}.",
            address=address,
            ours=_differing(self._stamp, other),
            theirs=_differing(other, self._stamp),
        )


# ---- what runs on a worker -----------------------------------------------------------------------------------------

_own = threading.local()  # an examiner for each thread of the worker


def stamp_here(slugs: Sequence[str]) -> bytes:
    """The stamp of the machine that this runs on."""
    try:
        stamp = stamp_of(slugs)
    except GraderError as error:  # it has not even the exercise
        stamp = Stamp("?", "?", {"": error.text.en}, {})
    return msgspec.msgpack.encode(stamp)


def grade_here(order: bytes) -> bytes:
    """Grade one submission on the machine that this runs on."""
    wanted = msgspec.msgpack.decode(order, type=Order)
    held: tuple[GradeOptions, Stamp] | None = getattr(_own, "held", None)
    if held != (wanted.options, wanted.stamp):
        stamp = msgspec.msgpack.decode(stamp_here(tuple(wanted.stamp.exercises)), type=Stamp)
        if stamp != wanted.stamp:
            return msgspec.msgpack.encode(Reply(result=None, other=stamp))
        if held is not None:
            _own.tireless.close()
        _own.tireless = Tireless(lambda: Examiner(options=wanted.options))
        _own.held = (wanted.options, wanted.stamp)
    try:
        return msgspec.msgpack.encode(Reply(result=_own.tireless.grade(wanted.task)))
    except IsolationError as error:
        return msgspec.msgpack.encode(Reply(result=None, unisolated=error.text))


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise UsageError.of(say("Dask is not installed here: pip install 'interview-grader[cluster]'.")) from error
    return distributed


def _differing(stamp: Stamp, other: Stamp) -> str:
    """What of a stamp is not the same in another one."""
    ours, theirs = stamp.facts(), other.facts()
    return ", ".join(f"{name} {fact}" for name, fact in ours.items() if theirs.get(name) != fact) or "-"


def _unfit(address: str, error: object) -> Text:
    return say(
        "The worker {address} cannot grade: is this version of the grader installed there? ({reason})",
        address=address,
        reason=_reason(error),
    )


def _reason(error: object) -> str:
    return f"{type(error).__name__}: {error}"[:200]


__all__ = ["CORE", "DaskEngine", "grade_here", "stamp_here"]
