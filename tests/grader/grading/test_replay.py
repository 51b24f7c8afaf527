"""Scenes are played again on trusted programs, object for object, and what they answered is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.exam.seat import Program
from grader.exam.supply import Supply
from grader.grading.replay import Replays, Understudy
from grader.model import (
    Call,
    CheckKind,
    Died,
    Exercise,
    HandleRef,
    Mistake,
    Observation,
    Raised,
    Returned,
    Scene,
    Unsupported,
)
from grader.sandbox import Expired


def scene_of(*pairs: tuple[Call, Observation], seed: int = 1) -> Scene:
    calls, observations = zip(*pairs, strict=True)
    return Scene(check="a", kind=CheckKind.VALUE, part="large", seed=seed, calls=calls, observations=observations)


def add(*arguments: Any) -> Call:
    return Call(target="function", name="add", function="add", arguments=arguments)


def tally(name: str, *arguments: Any, of: int | None = None) -> Call:
    if of is None:
        return Call(target="function", name="Tally", function="Tally", arguments=arguments)
    return Call(target="method", name=name, function="Tally", arguments=arguments, receiver=HandleRef(of))


# The candidate's worker numbered its objects 7 and 4; another worker counts for itself.
TWO_TALLIES = scene_of(
    (tally("", 100), Returned(HandleRef(7, "Tally"))),
    (tally("", 1), Returned(HandleRef(4, "Tally"))),
    (tally("push", 20, of=7), Returned(None)),
    (tally("push", 2, of=4), Returned(None)),
    (tally("total", of=7), Returned(0)),
    (tally("total", of=4), Returned(0)),
)
SUM = scene_of((add(2, 3), Returned(0)), (add(40, 2), Returned(0)))


@pytest.fixture
def understudy(adder: Exercise, supply: Supply) -> Iterator[Understudy]:
    """The reference, ready to play."""
    made = Understudy(Program(adder, adder.reference.read_bytes()), supply)
    yield made
    made.close()


@pytest.fixture
def replays(adder: Exercise, supply: Supply) -> Iterator[Replays]:
    made = Replays(adder, supply)
    made.start()
    yield made
    made.finish()


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Scene]:
    """Every scene that a worker really plays."""
    scenes: list[Scene] = []
    play = Understudy.play

    def recorded(self: Understudy, scene: Scene) -> tuple[Observation, ...]:
        scenes.append(scene)
        return play(self, scene)

    monkeypatch.setattr(Understudy, "play", recorded)
    return scenes


def mistake(adder: Exercise, name: str) -> Mistake:
    return next(each for each in adder.mistakes if each.id == name)


def values(answer: tuple[Observation, ...]) -> list[object]:
    return [each.value for each in answer]


# ---- one program ---------------------------------------------------------------------------------------------------


def test_objects_are_paired_with_the_ones_that_the_same_call_made(understudy: Understudy) -> None:
    """Whatever number they had in the candidate's worker."""
    answer = understudy.play(TWO_TALLIES)

    assert values(answer)[-2:] == [120, 3]


def test_a_scene_can_be_played_again_in_the_same_worker(understudy: Understudy) -> None:
    """Objects of the first time are forgotten."""
    assert understudy.play(TWO_TALLIES) == understudy.play(TWO_TALLIES)


def test_work_is_accounted_for(understudy: Understudy) -> None:
    """The diagnosis has a budget of CPU time."""
    understudy.play(SUM)

    assert understudy.cpu_s > 0


def test_an_object_that_is_not_there_cannot_be_asked(understudy: Understudy) -> None:
    """Where the candidate returned an object and this program a number, later calls on it have no receiver."""
    scene = scene_of(
        (add(1, 2), Returned(HandleRef(0, "Sum"))),
        (tally("total", of=0), Returned(3)),
        (add(1, 2), Returned(3)),
    )

    first, second, third = understudy.play(scene)

    assert first == third == Returned(3)
    assert isinstance(second, Unsupported)


@pytest.mark.parametrize(
    "wrap",
    [lambda h: h, lambda h: [h], lambda h: (1, (h,)), lambda h: {"key": [h]}],
    ids=["bare", "in a list", "in tuples", "in a dict"],
)
def test_objects_are_translated_wherever_they_stand(adder: Exercise, supply: Supply, wrap: Any) -> None:
    """As arguments and inside of them, and under keywords."""
    source = b"""
class Tally:
    pass

def add(a, b):
    while not isinstance(a, Tally):
        a = list(a.values())[0] if isinstance(a, dict) else a[-1]
    return [type(a).__name__, type(b).__name__]
"""
    made = Understudy(Program(adder, source), supply)
    handle = HandleRef(9, "Tally")
    call = Call(target="function", name="add", function="add", arguments=(wrap(handle),), keywords={"b": handle})

    answer = made.play(scene_of((tally(""), Returned(handle)), (call, Returned(None))))
    made.close()

    assert answer[-1] == Returned(["Tally", "Tally"])


def test_a_program_that_cannot_be_imported_answers_every_call_alike(adder: Exercise, supply: Supply) -> None:
    """With what its import raised."""
    made = Understudy(Program(adder, b"1 / 0"), supply)

    answer = made.play(SUM)

    assert [each.type for each in answer if isinstance(each, Raised)] == ["ZeroDivisionError"] * 2


def test_a_worker_that_died_is_replaced(understudy: Understudy) -> None:
    """The next scene is played as if nothing had happened."""
    understudy.play(SUM)
    assert understudy._worker is not None
    understudy._worker.kill()

    assert values(understudy.play(SUM)) == [5, 42]


# ---- all of them ---------------------------------------------------------------------------------------------------


def test_the_reference_and_each_mistake_answer_for_themselves(adder: Exercise, replays: Replays) -> None:
    """That is what a diagnosis compares."""
    assert values(replays.reference(SUM)) == [5, 42]
    assert values(replays.mistake(mistake(adder, "subtracts"), SUM)) == [-1, 38]
    assert values(replays.mistake(mistake(adder, "tally_forgets"), TWO_TALLIES))[-2:] == [20, 2]


def test_what_was_answered_is_remembered(adder: Exercise, replays: Replays, played: list[Scene]) -> None:
    """Also for the next submission, though its scene is another object, and after the workers are gone."""
    subtracts = mistake(adder, "subtracts")
    first = replays.mistake(subtracts, SUM)
    replays.finish()
    replays.start()

    again = replays.mistake(subtracts, msgspec.structs.replace(SUM, observations=(Returned(5), Returned(42))))

    assert again == first
    assert len(played) == 1
    assert replays.cpu_spent_s() == 0


@pytest.mark.parametrize(
    "other",
    [
        scene_of((add(2, 3), Returned(0)), (add(40, 3), Returned(0))),
        scene_of((add(2, 3), Returned(0))),
        scene_of((add(2, 3), Returned(0)), (add(40, 2), Returned(0)), seed=2),
    ],
    ids=["another argument", "fewer calls", "another seed"],
)
def test_another_scene_is_played_anew(adder: Exercise, replays: Replays, played: list[Scene], other: Scene) -> None:
    """What is remembered belongs to just these calls under just this seed."""
    subtracts = mistake(adder, "subtracts")
    replays.mistake(subtracts, SUM)

    replays.mistake(subtracts, other)

    assert played == [SUM, other]


def test_the_reference_runs_twice_and_no_more(replays: Replays, played: list[Scene]) -> None:
    """So that whoever asks twice sees what is not the same every time; a third time costs nothing."""
    answers = [replays.reference(SUM) for _ in range(5)]

    assert len(played) == 2
    assert all(each == answers[0] for each in answers)


def test_a_budget_is_spent_by_what_is_played(adder: Exercise, replays: Replays) -> None:
    """And begins anew with each submission."""
    replays.reference(SUM)
    spent_s = replays.cpu_spent_s()
    replays.mistake(mistake(adder, "subtracts"), SUM)

    assert replays.cpu_spent_s() > spent_s > 0
    replays.start()
    assert replays.cpu_spent_s() == 0


def test_a_worker_that_is_gone_before_the_scene_leaves_its_end_as_the_answer(
    adder: Exercise, replays: Replays, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To each call; the diagnosis compares it like any other."""

    def gone(self: Understudy, scene: Scene) -> tuple[Observation, ...]:
        raise Expired(Died("memory"))

    monkeypatch.setattr(Understudy, "play", gone)

    assert replays.mistake(mistake(adder, "subtracts"), SUM) == (Died("memory"), Died("memory"))


def test_the_next_mistake_of_the_same_function_gets_ready(
    adder: Exercise, replays: Replays, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one plays; mistakes of other functions do not, and the last one has nobody after it."""
    readied: list[bytes] = []
    monkeypatch.setattr(Understudy, "prepare", lambda self: readied.append(self._program.source))

    replays.mistake(mistake(adder, "tally_forgets"), TWO_TALLIES)
    assert readied == []

    replays.mistake(mistake(adder, "skips_last"), SUM)
    assert [Path(mistake(adder, "sorts_in_place").path).read_bytes()] == readied


def test_no_worker_is_left(replays: Replays, supply: Supply, adder: Exercise) -> None:
    """Whoever got ready in vain is let go too."""
    replays.mistake(mistake(adder, "subtracts"), SUM)
    workers = [each._worker for each in replays._understudies.values() if each._worker is not None]
    assert workers

    replays.finish()

    assert replays._understudies == {}
    assert all(each.died is not None for each in workers)
