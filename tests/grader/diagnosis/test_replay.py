"""Replays are remembered and bounded."""

from __future__ import annotations

from typing import Any

import pytest

from grader.diagnosis.replay import BudgetSpentError, Replays
from grader.model import Returned


class Counting:
    """A replayer that counts what it is asked for; every answer costs one second."""

    def __init__(self) -> None:
        self.asked = 0

    def reference(self, scene: Any) -> Any:
        """One answer per call."""
        self.asked += 1
        return tuple(Returned(1) for _ in scene.calls)

    def mistake(self, mistake: Any, scene: Any) -> Any:
        """One answer per call."""
        assert mistake.id
        return self.reference(scene)

    def cpu_spent_s(self) -> float:
        """A second each, and some that were spent before."""
        return 100.0 + self.asked


def test_nothing_is_asked_twice(world: Any) -> None:
    """The reference is asked for twice, to see whether it repeats itself; a mistake once."""
    world.mistake("m", {"base": abs})
    world.scene("c", ("base", [3]))
    replayer = Counting()
    replays = Replays(replayer, world.transcript(world.reference_module), 10.0)
    (mistake,) = world.exercise().mistakes
    for _ in range(3):
        assert replays.reference(0) == (Returned(1),)
    assert replayer.asked == 2
    assert replays.known(mistake, 0, 0) is None
    for _ in range(3):
        replays.mistake(mistake, 0)
    assert replayer.asked == 3
    assert replays.known(mistake, 0, 0) == Returned(1)
    assert replays.known(mistake, 0, 7) is None


def test_the_budget_counts_from_the_start_and_spares_what_is_known(world: Any) -> None:
    """What was spent before does not count; what is known costs nothing."""
    world.mistake("m", {"base": abs})
    world.scene("c", ("base", [3]))
    replays = Replays(Counting(), world.transcript(world.reference_module), 2.0)
    replays.reference(0)
    assert not replays.stopped
    with pytest.raises(BudgetSpentError):
        replays.mistake(world.exercise().mistakes[0], 0)
    assert replays.stopped
    assert replays.reference(0) is not None
