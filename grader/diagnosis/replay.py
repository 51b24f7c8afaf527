"""The seam to whoever runs recorded calls again, with a memory and a budget of CPU time before it.

Replays are asked for lazily, one scene on one submission at a time, and never twice. This module must not know what
the answers are compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from grader.model import Died, Mistake, Observation, Scene
from grader.values import same_observation

Observations = tuple[Observation, ...]


class Replayer(Protocol):
    """Runs the calls of a scene, in order, on a module executed anew, seeded with the scene's seed.

    Each answer holds one observation per call of the scene. Where the submission cannot go on (its worker died, an
    object that a later call needs was never made), the calls from there on are `Died` or `Raised`, as they fall; a
    shorter tuple counts as disagreement.
    """

    def reference(self, scene: Scene) -> Observations:
        """Replay a scene on the reference. It is asked for twice, to see whether the scene can be repeated at all:
        an answer kept from an earlier report may be given both times only if it was seen twice then."""
        ...

    def mistake(self, mistake: Mistake, scene: Scene) -> Observations:
        """Replay a scene on a known mistake."""
        ...

    def cpu_spent_s(self) -> float:
        """CPU time that all replays so far have cost; answers from a cache cost nothing."""
        ...


class BudgetSpentError(Exception):
    """The CPU time for one report's replays is used up."""


class Replays:
    """The replays of one report: lazy, remembered, and stopped at the budget."""

    def __init__(self, replayer: Replayer, scenes: Sequence[Scene], budget_cpu_s: float) -> None:
        self._replayer = replayer
        self._scenes = scenes
        self._budget_cpu_s = budget_cpu_s
        self._start_cpu_s = replayer.cpu_spent_s()
        self._references: dict[int, Observations | None] = {}
        self._mistakes: dict[tuple[str, int], Observations] = {}
        self.stopped = False

    def reference(self, scene: int) -> Observations | None:
        """What the reference answers on a scene, by number; None where it does not answer the same way twice.

        Raises:
            BudgetSpentError: it is not known yet and the budget is used up.
        """
        if scene not in self._references:
            first = self._within_budget(lambda: self._replayer.reference(self._scenes[scene]))
            second = self._within_budget(lambda: self._replayer.reference(self._scenes[scene]))
            whole = len(first) == len(second) == len(self._scenes[scene].calls)
            # What it had no time or memory for, here and now, says nothing of who had.
            whole = whole and not any(isinstance(each, Died) for each in first)
            repeatable = whole and all(map(same_observation, first, second))
            self._references[scene] = first if repeatable else None
        return self._references[scene]

    def mistake(self, mistake: Mistake, scene: int) -> Observations:
        """What a known mistake answers on a scene, by number.

        Raises:
            BudgetSpentError: it is not known yet and the budget is used up.
        """
        key = (mistake.id, scene)
        if key not in self._mistakes:
            self._mistakes[key] = self._within_budget(lambda: self._replayer.mistake(mistake, self._scenes[scene]))
        return self._mistakes[key]

    def known(self, mistake: Mistake, scene: int, index: int) -> Observation | None:
        """What a known mistake answered on one call, if it has been replayed."""
        observations = self._mistakes.get((mistake.id, scene), ())
        return observations[index] if index < len(observations) else None

    def _within_budget(self, ask: Callable[[], Observations]) -> Observations:
        if self._replayer.cpu_spent_s() - self._start_cpu_s >= self._budget_cpu_s:
            self.stopped = True
            raise BudgetSpentError
        return ask()
