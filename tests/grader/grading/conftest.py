"""A submission taken through its course in this process, and exercises with checks of the test's own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.catalog.load import load
from grader.config import Content
from grader.exam.memo import ReferenceSeat
from grader.exam.program import Program
from grader.exam.room import Room, open_room
from grader.exam.seat import Seat
from grader.exam.supply import Supply
from grader.grading.course import Course
from grader.grading.options import GradeOptions
from grader.grading.proctor import Proctor
from grader.model import CheckResult, Exercise
from grader.sandbox import Zygote


class Walk:
    """One submission's course, and the workers that it took."""

    def __init__(self, course: Course, results: tuple[CheckResult, ...], taken: int) -> None:
        self.course = course
        self.results = results
        self.outcomes = {each.check.id: each.outcome for each in results}
        self.taken = taken


def tidy(before: set[str]) -> None:
    """An examiner's process opens one room; here one follows another, and pytest would know the modules by name."""
    for name in set(sys.modules) - before:
        if "adder" in name or "test_" in name:
            del sys.modules[name]


@pytest.fixture
def in_room(adder: Exercise, zygote: Zygote) -> Iterator[Callable[..., Any]]:
    """What a body returned that had a proctor of an exercise."""
    supplies: list[Supply] = []

    def run(body: Callable[[Proctor], Any], exercise: Exercise = adder) -> Any:
        supply = Supply(zygote, exercise.budget, ahead=0)
        supplies.append(supply)
        found: list[Any] = []

        def with_room(room: Room) -> None:
            reference = ReferenceSeat(Seat(Program(exercise, exercise.reference.read_bytes()), supply))
            try:
                found.append(body(Proctor(exercise, room, supply, reference, 7)))
            finally:
                reference.seat.leave()

        before = set(sys.modules)
        try:
            open_room([exercise], with_room)
        finally:
            tidy(before)
        return found[0]

    yield run
    for each in supplies:
        each.close()


@pytest.fixture
def walk(adder: Exercise, in_room: Callable[..., Any]) -> Callable[..., Walk]:
    """Take a submission through the untimed checks of an exercise."""

    def run(
        source: str,
        *,
        tell: Callable[[int, int, str], None] = lambda *_: None,
        soundness: list[str] | None = None,
        exercise: Exercise = adder,
    ) -> Walk:
        def body(proctor: Proctor) -> Walk:
            for check in proctor.checks:  # so that the reference's worker is not among those counted
                if not check.kind.is_measured:
                    assert proctor.is_sound(check)
            if soundness is not None:
                is_sound = proctor.is_sound
                proctor.is_sound = lambda check: soundness.append(check.id) or is_sound(check)  # type: ignore[method-assign]
            taken: list[Any] = []
            take = proctor.supply.take
            proctor.supply.take = lambda **given: taken.append(1) or take(**given)  # type: ignore[method-assign,assignment]
            seat = Seat(Program(exercise, source.encode()), proctor.supply)
            course = Course(proctor, seat, GradeOptions(timing=False), tell)
            try:
                results = course.run()
            finally:
                seat.leave()
            return Walk(course, results, len(taken))

        return in_room(body, exercise)  # type: ignore[no-any-return]

    return run


@pytest.fixture
def adder_and(copied: Content) -> Callable[..., Exercise]:
    """The exercise with further hidden checks, given as text, and budgets for those of memory."""

    def make(text: str, **budgets: int) -> Exercise:
        (copied.hidden / "adder" / "test_more.py").write_text(f"import pytest\nfrom grader.exam import expect\n{text}")
        with (copied.exercises / "adder" / "exercise.toml").open("a") as file:
            file.write("\n[memory_budgets]\n" + "".join(f"{name} = {value}\n" for name, value in budgets.items()))
        return load("adder", copied)

    return make
