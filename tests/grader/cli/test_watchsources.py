"""What a watch hears of."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
import watchfiles
from watchfiles._rust_notify import WatchfilesRustInternalError

from grader.cli.watchsources import Grading, terminal_signals, watch_file
from grader.errors import GraderError
from grader.model import Submission
from grader.server import engine

PATIENCE_WALL_S = 60.0  # only ever waited out by a test that is about to fail


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, Any]]:
    """A file that is watched, and what is heard."""
    folder = tmp_path / "w"
    folder.mkdir()
    file = folder / "adder.py"
    file.write_text("1")
    events: Any = queue.SimpleQueue()
    stop = threading.Event()
    thread = threading.Thread(target=watch_file, args=(file, events, stop), daemon=True)
    thread.start()
    deadline_s = time.monotonic() + PATIENCE_WALL_S
    while events.empty() and time.monotonic() < deadline_s:  # until the watch has begun, a save is not heard
        file.write_text("1")
        time.sleep(0.05)
    yield file, events
    stop.set()
    thread.join(timeout=PATIENCE_WALL_S)


def heard(events: Any) -> tuple[str, object]:
    event: tuple[str, object] = events.get(timeout=PATIENCE_WALL_S)
    return event


def quiet(events: Any) -> None:
    """Hear everything of what was done before: it comes in several pieces."""
    with contextlib.suppress(queue.Empty):
        while True:
            events.get(timeout=1.0)


def test_every_way_of_saving_is_heard(watched: tuple[Path, Any]) -> None:
    """Written in place, or replaced as editors do; answers beside it too."""
    file, events = watched
    assert heard(events)[0] == "saved"
    other = file.with_name(".adder.py.swp")
    other.write_text("2")
    quiet(events)
    os.replace(other, file)
    assert heard(events)[0] == "saved"
    quiet(events)
    file.with_name("answers.md").write_text("## q01")
    assert heard(events)[0] == "saved"


def test_a_folder_that_goes_is_told(watched: tuple[Path, Any]) -> None:
    """Once, with its name."""
    file, events = watched
    file.unlink()
    file.parent.rmdir()

    kind, what = heard(events)
    while kind == "saved":
        kind, what = heard(events)

    assert kind == "gone"
    assert str(file.parent) in what.en  # type: ignore[attr-defined]


def test_a_kernel_that_can_watch_no_more_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others hold all that it has: a watch that hears nothing would be a lie."""

    def taken(*_: object, **__: object) -> None:
        raise WatchfilesRustInternalError("OS file watch limit reached.")

    monkeypatch.setattr(watchfiles, "watch", taken)
    events: Any = queue.SimpleQueue()
    watch_file(tmp_path / "adder.py", events, threading.Event())

    kind, what = heard(events)
    assert kind == "gone"
    assert "cannot be watched: OS file watch limit reached." in what.en  # type: ignore[attr-defined]


class FakeEngine:
    """Answers what a test put in, once it may."""

    may = threading.Event()
    answers: Any = None

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def grade_again(self, submission: Submission, options: Any) -> Any:
        self.may.wait(PATIENCE_WALL_S)
        answer = self.answers(submission)
        if isinstance(answer, Exception):
            raise answer
        return answer


def submission(name: str) -> Submission:
    return Submission(exercise="adder", name=name, source=b"")


def test_only_the_latest_of_those_that_wait_is_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever saves five times in a second waits for one grading, not for five."""
    monkeypatch.setattr(engine, "Engine", FakeEngine)
    monkeypatch.setattr(FakeEngine, "may", threading.Event())
    monkeypatch.setattr(FakeEngine, "answers", staticmethod(lambda each: f"report on {each.name}"))
    events: Any = queue.SimpleQueue()
    grading = Grading(events, cold=True)
    for name in "abcde":
        grading.ask(submission(name), timing=False)
    FakeEngine.may.set()

    reports = [heard(events)[1]]
    while reports[-1][1] != "report on e":  # type: ignore[index]
        reports.append(heard(events)[1])
    grading.close()

    assert len(reports) <= 2  # the one that was begun, and the latest


@pytest.mark.parametrize("error", [GraderError("no", "不"), ZeroDivisionError("division")])
def test_what_fails_is_told_and_the_next_is_graded(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """A thread that ended in silence would look like a grading without end."""
    monkeypatch.setattr(engine, "Engine", FakeEngine)
    FakeEngine.may.set()
    answers: Callable[[Submission], object] = lambda each: error if each.name == "bad" else "fine"  # noqa: E731
    monkeypatch.setattr(FakeEngine, "answers", staticmethod(answers))
    events: Any = queue.SimpleQueue()
    grading = Grading(events, cold=True)

    grading.ask(submission("bad"), timing=False)
    kind, what = heard(events)
    assert kind == "failed"
    assert what[0].name == "bad"  # type: ignore[index]
    assert isinstance(what[1], GraderError)  # type: ignore[index]
    grading.ask(submission("good"), timing=True)
    assert heard(events)[0] == "graded"
    grading.close()


def test_the_terminals_signals_are_events() -> None:
    """And the handlers from before are put back."""
    events: Any = queue.SimpleQueue()
    before = signal.getsignal(signal.SIGWINCH)
    with terminal_signals(events):
        os.kill(os.getpid(), signal.SIGWINCH)
        assert heard(events)[0] == "redraw"
        os.kill(os.getpid(), signal.SIGCONT)
        assert heard(events)[0] == "resumed"
    assert signal.getsignal(signal.SIGWINCH) is before
