"""`pytest tests/hidden/<slug> --submission FILE`: the hidden tests by hand, on one file, behind the same wall."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.catalog import models
from grader.errors import GraderError
from grader.exam.answers import handed_in
from grader.exam.failures import Judged
from grader.exam.memo import ReferenceSeat
from grader.exam.pretrained import arguments_of
from grader.exam.program import Program
from grader.exam.room import hidden_check
from grader.exam.seat import Seat
from grader.exam.sitting import Sitting
from grader.exam.supply import Supply
from grader.model import Exercise
from grader.sandbox import Zygote, start_zygote

HAND_SEED = 20240229  # a fixed one: whoever runs tests by hand wants the same run again


class ByHand:
    """The plugin behind `--submission`."""

    def __init__(self, submission: Path, current: list[Any]) -> None:
        try:
            self._source = submission.read_bytes()
            answers = submission.with_name("answers.md")
            self._answers = answers.read_bytes() if answers.is_file() else None
        except OSError as error:
            raise pytest.UsageError(f"--submission: {submission} cannot be read: {error.strerror}") from error
        self._current = current
        self._exercise: Exercise | None = None
        self._zygote: Zygote | None = None
        self._candidate: Seat | None = None
        self._reference: ReferenceSeat | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        slugs = {item.path.parent.name for item in items if item.get_closest_marker("check")}
        if len(slugs) != 1:
            raise pytest.UsageError("--submission wants the hidden tests of one exercise: pytest tests/hidden/SLUG")
        from grader.catalog.load import load

        try:
            self._exercise = load(slugs.pop())
            asked = _leave_out(items, self._exercise)
            self._zygote = start_zygote(self._exercise.libraries, models=arguments_of(self._exercise) if asked else ())
        except GraderError as error:
            raise pytest.UsageError(str(error)) from error
        supply = Supply(self._zygote, self._exercise.budget)
        self._candidate = Seat(Program(self._exercise, self._source, self._answers), supply)
        reference = Program(self._exercise, *handed_in(self._exercise, self._exercise.reference))
        self._reference = ReferenceSeat(Seat(reference, supply))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        if not isinstance(item, pytest.Function) or item.get_closest_marker("check") is None:
            return (yield)
        assert self._exercise is not None and self._candidate is not None and self._reference is not None
        check = hidden_check(self._exercise, item, item.originalname.removeprefix("test_"))
        sitting = Sitting(check, self._candidate, self._reference, HAND_SEED)
        self._current.append(sitting)
        try:
            return (yield)
        finally:
            self._current.remove(sitting)
            self._candidate.leave()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Any:
        report = yield
        if call.excinfo is not None and isinstance(call.excinfo.value, Judged):
            judged = call.excinfo.value
            report.longrepr = "\n".join(filter(None, (judged.message.en, judged.message.zh, judged.traceback)))
        return report

    def pytest_unconfigure(self) -> None:
        if self._zygote is not None:
            self._zygote.close()


def _leave_out(items: list[pytest.Item], exercise: Exercise) -> bool:
    """Mark the checks whose pretrained model is not installed as skipped; whether any other asks for a model."""
    asked = False
    for item in items:
        mark = item.get_closest_marker("check")
        names = tuple(mark.kwargs.get("requires", ())) if mark is not None else ()
        missing = models.missing(exercise, names)
        for model in missing:
            item.add_marker(pytest.mark.skip(reason=f"{model.name} is not installed: {model.install}"))
        asked = asked or bool(names and not missing)
    return asked
