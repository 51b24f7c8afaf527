"""Scenes that were recorded with a submission, played by the reference and by known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.exam.program import Program
from grader.exam.supply import Supply
from grader.grading.replay import Replays, Understudy, marks_of
from grader.model import (
    Call,
    Check,
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

Play = Callable[..., tuple[Observation, ...]]


def call(name: str, *arguments: Any, **more: Any) -> Call:
    return Call(target=more.pop("target", "function"), name=name, function=name, arguments=arguments, **more)


def scene_of(check: Check, *calls: Call, seen: tuple[Observation, ...] = (), seed: int = 1) -> Scene:
    seen = seen or tuple(Returned(None) for _ in calls)
    return Scene(check=check.id, kind=check.kind, part=check.part, seed=seed, calls=calls, observations=seen)


@pytest.fixture
def play(adder: Exercise, supply: Supply, check: Check) -> Iterator[Play]:
    """Play calls on a program given as text."""
    started: list[Understudy] = []

    def run(source: str, *calls: Call, seen: tuple[Observation, ...] = ()) -> tuple[Observation, ...]:
        started.append(Understudy(supply))
        return started[-1].play(Program(adder, source.encode()), scene_of(check, *calls, seen=seen))

    yield run
    for each in started:
        each.close()


def test_calls_are_made_in_order(play: Play) -> None:
    """One observation each, errors included, in one worker."""
    source = "seen = []\ndef add(a, b):\n    seen.append(a)\n    return [a + b, len(seen)][b == 0]\n"
    first, second, third = play(source, call("add", 1, 2), call("add", "x", 2), call("add", 1, 0))

    assert (first, third) == (Returned(3), Returned(3))
    assert isinstance(second, Raised)
    assert second.type == "TypeError"


SHELF = """
class Tally:
    count = 0
    def __init__(self, start=0): self.total_ = start
    def push(self, n): self.total_ += n
    def total(self): return self.total_
def add_all(tallies): return sum(each.total_ for each in tallies)
def spare(): return [Tally(9)][0:0]
"""


def test_objects_are_those_that_the_same_call_brought_forth(play: Play) -> None:
    """Numbers of the recorded worker mean nothing here: what was number 7 there is the first object of this one."""
    theirs = HandleRef(7, "Tally")
    calls = (
        call("Tally", 5),
        Call(target="method", name="push", function="Tally", arguments=(2,), receiver=theirs),
        Call(target="method", name="total", function="Tally", receiver=theirs),
        call("add_all", [theirs, theirs]),
    )
    played = play(SHELF, *calls, seen=(Returned(theirs), Returned(None), Returned(7), Returned(14)))

    assert played == (Returned(HandleRef(0, "Tally")), Returned(None), Returned(7), Returned(14))


def test_an_object_that_does_not_exist_here_answers_nothing(play: Play) -> None:
    """Where the recorded call made an object and this program did not, what is asked of it has no answer."""
    theirs = HandleRef(0, "Tally")
    calls = (call("add", 1, 2), Call(target="method", name="total", function="Tally", receiver=theirs))
    played = play("def add(a, b): return a + b\n", *calls, seen=(Returned(theirs), Returned(3)))

    assert played[0] == Returned(3)
    assert isinstance(played[1], Unsupported)


def test_a_death_is_the_answer_from_there_on(play: Play) -> None:
    """To the call on which it happened and to those after it."""
    source = "import os\ndef add(a, b):\n    if b == 0: os._exit(3)\n    return a\n"

    assert play(source, call("add", 1, 1), call("add", 1, 0), call("add", 1, 1)) == (
        Returned(1),
        Died("exit", 3),
        Died("exit", 3),
    )


def test_a_program_that_does_not_load_raises_everywhere(play: Play) -> None:
    """Its own error, whatever is asked."""
    first, second = play("raise ValueError('at import')", call("add", 1, 1), call("add", 1, 2))

    assert isinstance(first, Raised)
    assert first == second
    assert first.message == "at import"


def test_what_a_hanging_program_uses_is_charged(adder: Exercise, supply: Supply, check: Check) -> None:
    """Once: the calls after its end cost nothing."""
    understudy = Understudy(supply)
    hanging = Program(adder, b"def add(a, b):\n    while True: pass\n")
    played = understudy.play(hanging, scene_of(check, *[call("add", 1, 1)] * 5))
    understudy.close()

    assert set(played) == {Died("timeout")}
    assert 0.1 < understudy.cpu_s < 3 * adder.budget.call_wall_s


# ---- one worker for many --------------------------------------------------------------------------------------------


@pytest.fixture
def understudy(supply: Supply) -> Iterator[Understudy]:
    made = Understudy(supply)
    yield made
    made.close()


def test_programs_take_turns_in_one_worker(understudy: Understudy, adder: Exercise, check: Check) -> None:
    """Each is executed anew for every scene: what one left in its module is gone when its turn comes again."""
    counting = Program(adder, b"n = 0\ndef add(a, b):\n    global n\n    n += 1\n    return n\n")
    scene = scene_of(check, call("add", 1, 2), call("add", 1, 2))
    assert understudy.play(counting, scene) == (Returned(1), Returned(2))
    worker = understudy._worker
    assert understudy.play(Program(adder, b"def add(a, b): return a\n"), scene)[0] == Returned(1)
    assert understudy.play(counting, scene) == (Returned(1), Returned(2))

    assert understudy._worker is worker


def test_a_death_beside_others_is_tried_again_alone(understudy: Understudy, adder: Exercise, check: Check) -> None:
    """Whoever goes because of what another left has a worker of its own; whoever goes by himself goes there too."""
    victim = b"import builtins, os\ndef add(a, b):\n    if hasattr(builtins, 'trap'): os._exit(1)\n    return a + b\n"
    vandal = b"import builtins\nbuiltins.trap = True\ndef add(a, b): return a\n"
    scene = scene_of(check, call("add", 1, 2))
    understudy.play(Program(adder, vandal), scene)
    assert understudy.play(Program(adder, victim), scene) == (Returned(3),)

    understudy.play(Program(adder, vandal), scene)
    assert understudy.play(Program(adder, b"import os\ndef add(a, b): os._exit(2)\n"), scene) == (Died("exit", 2),)


def test_no_memory_left_by_others_is_no_answer(understudy: Understudy, adder: Exercise, check: Check) -> None:
    """Modules that were executed before may not be gone yet; each play is as good as the first."""
    large = Program(adder, b"T = bytes(70 << 20)\ndef add(a, b): return len(T)\n")
    scene = scene_of(check, call("add", 1, 2))

    assert [understudy.play(large, scene) for _ in range(6)] == [(Returned(70 << 20),)] * 6


def test_who_hangs_is_waited_for_once(understudy: Understudy, adder: Exercise, check: Check) -> None:
    """The time of a call is its own, whoever was there before."""
    scene = scene_of(check, call("add", 1, 2))
    understudy.play(Program(adder, b"def add(a, b): return a + b\n"), scene)
    before_s = understudy.cpu_s
    assert understudy.play(Program(adder, b"def add(a, b):\n    while True: pass\n"), scene) == (Died("timeout"),)

    assert understudy.cpu_s - before_s < 1.8 * adder.budget.call_wall_s


# ---- which scenes are the same --------------------------------------------------------------------------------------


def test_a_scene_is_its_calls_in_order_and_its_seed(check: Check) -> None:
    """Whose submission made them does not matter, nor which plain values came back."""
    one, two = call("add", 1, 1), call("add", 2, 2)

    def last(*calls: Call, seed: int = 1, value: int = 0) -> bytes:
        return marks_of(scene_of(check, *calls, seed=seed, seen=tuple(Returned(value) for _ in calls)))[-1]

    assert last(one, two) == last(one, two, value=9)
    assert len({last(one, two), last(two, one), last(one), last(one, two, seed=2)}) == 4


def test_the_beginning_of_a_longer_scene_is_known_as_such(check: Check) -> None:
    """Each mark of the shorter scene is a mark of the longer one, in the same place."""
    one, two = call("add", 1, 1), call("add", 2, 2)

    short, long = marks_of(scene_of(check, one)), marks_of(scene_of(check, one, two))

    assert len(short) == 2
    assert long[:2] == short


# ---- what is remembered ---------------------------------------------------------------------------------------------


class Counted:
    """Replays of an exercise with one mistake, and how often a worker was asked for."""

    def __init__(self, exercise: Exercise, supply: Supply, folder: Path, source: str) -> None:
        path = folder / "mistake.py"
        path.write_text(source)
        known = msgspec.structs.replace(exercise.mistakes[0], id="made_up", functions=("add",), path=path)
        self.mistake: Mistake = known
        self.supply = supply
        self.taken = 0
        take = supply.take

        def counting(*, refill: bool = True) -> Any:
            self.taken += 1
            return take(refill=refill)

        supply.take = counting  # type: ignore[method-assign]
        self.replays = Replays(msgspec.structs.replace(exercise, mistakes=(known,)), supply)

    def close(self) -> None:
        self.replays.finish()


@pytest.fixture
def counted(adder: Exercise, supply: Supply, tmp_path: Path) -> Iterator[Counted]:
    made = Counted(adder, supply, tmp_path, "def add(a, b): return a - b\n")
    yield made
    made.close()


def test_a_mistake_is_played_once_for_a_batch(counted: Counted, check: Check) -> None:
    """The next submission with the same calls gets the answers from memory, and pays nothing."""
    replays, scene = counted.replays, scene_of(check, call("add", 5, 3))
    assert replays.mistake(counted.mistake, scene) == (Returned(2),)
    assert replays.cpu_spent_s() > 0
    replays.finish()
    replays.start()
    again = scene_of(check, call("add", 5, 3))

    assert replays.mistake(counted.mistake, again) == (Returned(2),)
    assert replays.cpu_spent_s() == 0
    assert counted.taken == 1


def test_other_calls_are_played(counted: Counted, check: Check) -> None:
    """Other arguments, another seed, or objects that came forth elsewhere."""
    replays = counted.replays
    replays.mistake(counted.mistake, scene_of(check, call("add", 5, 3)))

    assert replays.mistake(counted.mistake, scene_of(check, call("add", 6, 3))) == (Returned(3),)
    assert replays.mistake(counted.mistake, scene_of(check, call("add", 5, 3), seed=2)) == (Returned(2),)


def test_the_reference_is_played_twice(adder: Exercise, supply: Supply, tmp_path: Path, check: Check) -> None:
    """Whoever asks twice sees what is not the same every time; from then on it is remembered."""
    (tmp_path / "adder.py").write_text(
        "import builtins\ndef add(a, b):\n    builtins.n = getattr(builtins, 'n', 0) + 1\n    return builtins.n\n"
    )
    replays = Replays(msgspec.structs.replace(adder, solutions=tmp_path), supply)
    scene = scene_of(check, call("add", 1, 1))
    first = {replays.reference(scene)[0], replays.reference(scene)[0]}
    replays.start()
    again = {replays.reference(scene)[0], replays.reference(scene)[0]}
    replays.finish()

    assert first == again == {Returned(1), Returned(2)}


def test_answers_cannot_be_spoiled_by_claims(counted: Counted, check: Check) -> None:
    """A submission that says its objects came forth elsewhere changes what others are compared with in no way."""
    theirs = HandleRef(0, "Tally")
    calls = (call("add", 1, 2), Call(target="method", name="total", function="Tally", receiver=theirs))
    honest = scene_of(check, *calls, seen=(Returned(theirs), Returned(3)))
    liar = scene_of(check, *calls, seen=(Returned(None), Returned(theirs)))
    answers = counted.replays.mistake(counted.mistake, honest)
    counted.replays.mistake(counted.mistake, liar)

    assert counted.replays.mistake(counted.mistake, honest) == answers


def test_a_scene_that_was_cut_short_is_answered_from_the_whole_one(counted: Counted, check: Check) -> None:
    """And only from its beginning."""
    replays = counted.replays
    replays.mistake(counted.mistake, scene_of(check, call("add", 5, 3), call("add", 9, 1)))
    replays.finish()
    replays.start()

    assert replays.mistake(counted.mistake, scene_of(check, call("add", 5, 3))) == (Returned(2),)
    assert replays.mistake(counted.mistake, scene_of(check)) == ()
    assert replays.cpu_spent_s() == 0
    assert counted.taken == 1


def test_the_whole_scene_is_not_answered_from_one_that_was_cut_short(counted: Counted, check: Check) -> None:
    """What came after the cut has to be played; then the longer answer serves both."""
    replays = counted.replays
    replays.mistake(counted.mistake, scene_of(check, call("add", 5, 3)))
    longer = scene_of(check, call("add", 5, 3), call("add", 9, 1))

    assert replays.mistake(counted.mistake, longer) == (Returned(2), Returned(8))
    assert replays.mistake(counted.mistake, scene_of(check, call("add", 5, 3))) == (Returned(2),)


def test_a_mistake_that_is_called_up_again_plays_all_there_is(counted: Counted, check: Check) -> None:
    """Once for the first submission what was asked; for the second everything, so that the third needs no worker."""
    replays = counted.replays
    first, second, third = (scene_of(check, call("add", number, 1)) for number in (5, 6, 7))
    replays.start([first, second, third])
    replays.mistake(counted.mistake, first)
    replays.finish()
    replays.start([first, second, third])
    replays.mistake(counted.mistake, second)
    spent_s = replays.cpu_spent_s()
    replays.finish()
    replays.start([first, second, third])

    assert replays.mistake(counted.mistake, third) == (Returned(6),)
    assert replays.cpu_spent_s() == 0 < spent_s
    assert counted.taken == 2


def test_what_takes_long_is_not_played_ahead(counted: Counted, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays unknown until it is asked for, and then has all the time that a call is allowed."""
    monkeypatch.setattr("grader.grading.replay.AHEAD_CALL_WALL_S", 0.05)
    counted.mistake.path.write_text(
        "import time\ndef add(a, b):\n    if a == 7:\n        end = time.process_time() + 0.3\n"
        "        while time.process_time() < end: pass\n    return a - b\n"
    )
    replays = counted.replays
    scenes = [scene_of(check, call("add", number, 1)) for number in (5, 6, 7)]
    for asked in scenes[:2]:
        replays.start(scenes)
        replays.mistake(counted.mistake, asked)
        replays.finish()
    replays.start(scenes)

    assert replays.mistake(counted.mistake, scenes[2]) == (Returned(6),)
    assert replays.cpu_spent_s() > 0.2
