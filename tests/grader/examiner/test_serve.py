"""The loop of the examiner's process survives what it can, and says what it cannot."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from grader.config import Content
from grader.errors import ZygoteDied
from grader.examiner import protocol, serve
from grader.examiner.client import Examiner, GradeOptions, Progress
from grader.model import Exercise, Report, Submission, Verdict
from grader.wire import Decoder, receive_frame

Descendants = Callable[[int], set[int]]
QUICK = GradeOptions(seed=3, timing=False)


@pytest.fixture
def wrong(adder: Exercise) -> Submission:
    """Wrong at its end, so that there is something to report, and slow enough to be disturbed meanwhile."""
    source = adder.reference.read_bytes().replace(b"return self._total", b"return self._total + 1")
    source = b"import time\n" + source.replace(b"    return a + b", b"    time.sleep(0.02)\n    return a + b")
    return Submission(exercise="adder", name="ada", source=source)


@pytest.fixture
def examiner(adder_content: Content) -> Iterator[Examiner]:
    with Examiner(options=QUICK, content=adder_content) as started:
        yield started


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def zygotes_of(examiner: Examiner, descendants: Descendants) -> set[int]:
    """The children of the examiner's process; workers are its grandchildren or below."""
    (process,) = examiner._processes.values()
    pid = process._process.pid
    found = set()
    for each in descendants(pid):
        with contextlib.suppress(OSError):  # a worker may have ended meanwhile
            if Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[1] == str(pid):
                found.add(each)
    return found


def kill(pids: set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it may have gone with another one
            os.kill(pid, signal.SIGKILL)


def essence(report: Report) -> object:
    """What a report says, measurements and moments apart."""
    return (
        report.verdict,
        report.score,
        [(each.check.id, each.outcome, each.message, each.example) for each in report.checks],
        report.diagnoses,
        report.isolation,
    )


# ---- deaths --------------------------------------------------------------------------------------------------------


def test_a_zygote_that_died_between_two_submissions_is_renewed(
    examiner: Examiner, wrong: Submission, descendants: Descendants
) -> None:
    """Whoever looks at the reports cannot tell."""
    before = next(iter(examiner.grade([wrong])))
    (zygote,) = zygotes_of(examiner, descendants)
    kill({zygote})

    after = next(iter(examiner.grade([wrong])))

    assert zygotes_of(examiner, descendants) - {zygote}
    assert before.verdict is Verdict.WRONG_ANSWER
    assert essence(after) == essence(before)


@pytest.mark.parametrize("stage", ["import", "add_values", "diagnosis"])
def test_a_zygote_that_dies_while_grading_is_renewed(
    examiner: Examiner, wrong: Submission, descendants: Descendants, stage: str
) -> None:
    """The submission is graded again from its start, once, and its report is the same."""
    stages: list[str] = []

    def tell(progress: Progress) -> None:
        stages.append(progress.stage)
        if progress.stage == stage and stages.count(stage) == 1:
            kill(zygotes_of(examiner, descendants))

    hurt = next(iter(examiner.grade([wrong], tell)))
    unhurt = next(iter(examiner.grade([wrong])))

    assert stages.count("import") <= 2
    assert essence(hurt) == essence(unhurt)


def test_a_zygote_that_dies_each_time_is_a_fault(
    examiner: Examiner, wrong: Submission, descendants: Descendants
) -> None:
    """It is not tried for ever: the caller gets the error, and no report."""
    attempts = 0

    def tell(progress: Progress) -> None:
        nonlocal attempts
        if progress.stage == "import":
            attempts += 1
        kill(zygotes_of(examiner, descendants))

    with pytest.raises(ZygoteDied, match="nothing was graded wrongly"):
        list(examiner.grade([wrong], tell))

    assert attempts == serve.ATTEMPTS


def test_workers_that_the_machine_kills_change_no_report(
    examiner: Examiner, wrong: Submission, descendants: Descendants
) -> None:
    """Short of memory, a kernel kills whom it likes: it is nobody's crash."""
    unhurt = next(iter(examiner.grade([wrong])))
    killed = 0

    def tell(progress: Progress) -> None:
        nonlocal killed
        if progress.stage == "add_values" and not killed:
            (zygote,) = zygotes_of(examiner, descendants)
            workers = descendants(zygote)
            killed = len(workers)
            kill(workers)

    hurt = next(iter(examiner.grade([wrong], tell)))

    assert killed
    assert essence(hurt) == essence(unhurt)


# ---- orders --------------------------------------------------------------------------------------------------------


def serve_on(control: socket.socket) -> None:
    """Serve without a zygote: whoever is asked wrongly must not get that far."""
    serve.serve(control, None, "best", [])  # type: ignore[arg-type]


def faults(sock: socket.socket) -> list[protocol.Fault]:
    """All that was said, where only faults may be."""
    sock.setblocking(False)
    decoder = Decoder(body_limit=protocol.BODY_LIMIT)
    found = []
    with contextlib.suppress(BlockingIOError):
        while (frame := receive_frame(sock, decoder)) is not None:
            event = protocol.event_of(frame)
            assert isinstance(event, protocol.Fault)
            found.append(event)
    return found


def test_whoever_goes_before_asking_is_not_answered(pair: tuple[socket.socket, socket.socket]) -> None:
    """The process just ends."""
    caller, control = pair
    caller.close()

    serve_on(control)


def test_a_job_before_the_start_is_not_taken(pair: tuple[socket.socket, socket.socket], wrong: Submission) -> None:
    """Nobody said yet where the exercises are."""
    caller, control = pair
    protocol.send(caller, protocol.Job(0, wrong, QUICK))

    serve_on(control)

    assert faults(caller) == []


def test_an_exercise_that_is_not_there_is_a_fault_by_its_name(
    pair: tuple[socket.socket, socket.socket], adder_content: Content
) -> None:
    """The caller makes the same error of it again."""
    caller, control = pair
    protocol.send(caller, protocol.start_of(("subtracter",), adder_content, 1))

    serve_on(control)

    (fault,) = faults(caller)
    assert fault.kind == "UnknownExerciseError"
    assert "subtracter" in fault.en
    assert fault.zh != fault.en


def test_whatever_else_goes_wrong_is_one_sentence(
    pair: tuple[socket.socket, socket.socket], adder_content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the name of what was raised, for whoever has to mend it."""

    def broken(*_: object) -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr(serve, "load", broken)
    caller, control = pair
    protocol.send(caller, protocol.start_of(("adder",), adder_content, 1))

    serve_on(control)

    assert [(each.kind, each.en) for each in faults(caller)] == [("GraderError", "LookupError: no such thing")]


# ---- environment ---------------------------------------------------------------------------------------------------


def test_a_report_says_which_libraries_it_was_made_with() -> None:
    """Those of the standard library have no version of their own."""
    environment = serve._environment(["pytest", "math"])

    assert environment.libraries == {"pytest": version("pytest"), "math": "?"}
    assert environment.cores >= 1
    assert environment.cpu
