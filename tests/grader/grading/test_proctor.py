"""The proctor: is a check sound, and can it go on beside others?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader import timing
from grader.exam.program import Program
from grader.exam.seat import Seat
from grader.grading.proctor import Proctor
from grader.model import Exercise, Outcome, Tier

O = Outcome  # noqa: E741

MEMORY = """
ADD_ALL = {"part": "large", "function": "add_all", "points": 1, "en": "E", "zh": "中"}
def small(memory):
    memory.within(inputs=lambda: ([1, 2],), call=lambda side, _, numbers: side.add_all(numbers))

@pytest.mark.check(**ADD_ALL, kind="memory")
def test_apart(memory):
    small(memory)

@pytest.mark.check(**ADD_ALL, kind="memory", full=True)
def test_slow(memory):
    small(memory)

@pytest.mark.check(**ADD_ALL, kind="memory")
def test_asking(memory, candidate):
    small(memory)

@pytest.fixture
def small_memory(memory):
    return memory

@pytest.mark.check(**ADD_ALL, kind="memory")
def test_set_up(small_memory):
    small(small_memory)
"""


def test_the_reference_is_asked_once_whether_a_check_is_sound(walk: Callable[..., Any], adder_reference: str) -> None:
    """A visible test that stumbles over a wrong answer looks at the reference; a batch asks it once."""
    soundness: list[str] = []
    walked = walk(adder_reference.replace("return a + b", "return a - b"), soundness=soundness)

    assert walked.outcomes["two_numbers"] is O.FAILED
    assert "two_numbers" in soundness
    assert walked.taken == 1  # none for the reference: what it does is known


@pytest.fixture
def goes_aside(
    adder_and: Callable[..., Exercise], in_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, Outcome]]:
    """Which checks of an exercise can go on beside others, and how they end there."""

    def run(*, cores: int = 2, tier: Tier | None = None) -> dict[str, Outcome]:
        monkeypatch.setattr(timing, "usable_cores", lambda: cores)
        exercise = adder_and(MEMORY, **dict.fromkeys(("apart", "slow", "asking", "set_up"), 20_000_000))

        def body(proctor: Proctor) -> dict[str, Outcome]:
            if tier is not None:
                hello = msgspec.structs.replace(proctor.supply.zygote.hello, tier=tier)
                monkeypatch.setattr(proctor.supply.zygote, "_hello", hello)
                proctor = Proctor(exercise, proctor._room, proctor.supply, proctor._reference, proctor.seed)
            seat = Seat(Program(exercise, exercise.reference.read_bytes()), proctor.supply)
            found = {check.id: proctor.sit_aside(check, seat) for check in proctor.checks}
            return {name: aside.fetch().outcome for name, aside in found.items() if aside is not None}

        return in_room(body, exercise)  # type: ignore[no-any-return]

    return run


def test_what_measures_memory_and_asks_for_nothing_else_goes_aside(goes_aside: Callable[..., Any]) -> None:
    """Not what needs the submission's own worker, an author's fixture, or the memory of --full; nor any other kind."""
    assert goes_aside() == {"apart": O.PASSED}


def test_with_one_core_nothing_goes_aside(goes_aside: Callable[..., Any]) -> None:
    """It would only take turns with the rest."""
    assert goes_aside(cores=1) == {}


@pytest.mark.parametrize("tier", list(Tier))
def test_where_workers_share_files_nothing_goes_aside(goes_aside: Callable[..., Any], tier: Tier) -> None:
    """Two at once might meet in one that honest code writes."""
    assert goes_aside(tier=tier) == ({} if tier in (Tier.D, Tier.E) else {"apart": O.PASSED})


def test_the_reference_aside_is_asked_once(
    adder_and: Callable[..., Exercise], in_room: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It remembers; no worker stays behind for it."""
    monkeypatch.setattr(timing, "usable_cores", lambda: 2)
    exercise = adder_and(MEMORY, **dict.fromkeys(("apart", "slow", "asking", "set_up"), 20_000_000))

    def body(proctor: Proctor) -> list[int]:
        taken: list[Any] = []
        take = proctor.supply.take
        proctor.supply.take = lambda **given: taken.append(1) or take(**given)  # type: ignore[method-assign,assignment]
        check = next(each for each in proctor.checks if each.id == "apart")
        seat = Seat(Program(exercise, exercise.reference.read_bytes()), proctor.supply)
        counts = []
        for _ in range(2):
            aside = proctor.sit_aside(check, seat)
            assert aside is not None
            assert aside.fetch().outcome is O.PASSED
            counts.append(len(taken))
        assert proctor._reference_aside.seat._worker is None
        return counts

    assert in_room(body, exercise) == [2, 3]
