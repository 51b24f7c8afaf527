"""Which known mistakes answer a function's recorded calls as the submission did.

A mistake agrees *exactly* where its answers equal the submission's on every call of the function, right ones and wrong
ones, and on some call the reference's do not; where all that is alike is the type of an exception, the messages must be
alike too. Mistakes agree *together* where each wrong call is answered alike by one
of them, and each of them, on every call, answers either as the submission did or rightly. Mistakes are replayed scene
by scene, and dropped at the first answer that rules them out. This module must not know where a fault is rooted.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

import msgspec

from grader.diagnosis.replay import Replays
from grader.diagnosis.sightings import Sighting
from grader.model import Blocked, Exercise, Mistake, MistakeKind, NotAllowed, Observation, Raised
from grader.values import same_observation

# The same wrong thing, computed in another order, rounds apart by a few units in half precision; float64 decides.
HALF_SLACK = 4.0
LARGEST_COVER = 4
_MOST_GROUPS = 16

Group = tuple[Mistake, ...]  # mistakes that cannot be told apart, in the exercise's order


class _Track(msgspec.Struct, kw_only=True):
    """How far one mistake has been followed on one function's calls."""

    done: set[int] = msgspec.field(default_factory=set)  # scenes
    covered: set[tuple[int, int]] = msgspec.field(default_factory=set)  # wrong calls answered alike: scene, index
    exact: bool = True
    possible: bool = True  # answers as the submission or as the reference everywhere so far
    differs: bool = False  # from the reference, on some wrong call that it answers alike
    shown: bool = False  # by more than the type of an exception, on some such call
    messages: bool = True  # the exceptions' messages are alike, numbers apart, on all such calls

    @property
    def evident(self) -> bool:
        """Whether what it answers alike says enough: any two faults may raise a RuntimeError."""
        return self.differs and (self.shown or self.messages)


class Agreement:
    """Follows mistakes through the sightings of one report, replaying only what is needed."""

    def __init__(self, exercise: Exercise, table: Mapping[str, Sequence[Sighting]], replays: Replays) -> None:
        self._exercise = exercise
        self._replays = replays
        self._names = canonical_names(exercise.not_allowed)
        self._tracks: dict[tuple[str, str], _Track] = {}
        self._scenes: dict[str, dict[int, list[Sighting]]] = {}
        for function, sightings in table.items():
            for sighting in sightings:
                self._scenes.setdefault(function, {}).setdefault(sighting.scene, []).append(sighting)

    def exact(self, function: str) -> Group:
        """The mistakes that agree on every call of a function; combinations only where no single one does.

        Raises:
            BudgetSpentError: the replays were not all affordable.
        """
        pool = self._pool(function)
        for scene in self._scenes.get(function, {}):
            for mistake in pool:
                if self._track(mistake, function).exact:
                    self._follow(mistake, function, scene)
        tracks = ((each, self._track(each, function)) for each in pool)
        found = tuple(each for each, track in tracks if track.exact and track.evident)
        return tuple(each for each in found if not each.made_of) or found

    def agrees(self, mistake: Mistake, function: str) -> bool:
        """Whether one mistake answers every call of a function as the submission did, the right ones included.

        Raises:
            BudgetSpentError: the replays were not all affordable.
        """
        scenes = self._scenes.get(function, {})
        track = self._track(mistake, function)
        for scene in scenes:
            if not track.exact:
                break
            self._follow(mistake, function, scene)
        return bool(scenes) and track.exact

    def explains(self, mistake: Mistake, function: str) -> bool:
        """Whether one mistake agrees on every call of a function and some answer is wrong, declared there or not.

        Raises:
            BudgetSpentError: the replays were not all affordable.
        """
        return self.agrees(mistake, function) and self._track(mistake, function).evident

    def cover(self, function: str) -> tuple[Group, ...]:
        """The fewest mistakes that together answer every wrong call of a function as the submission did.

        Returns:
            One group for each mistake needed; within a group the mistakes cannot be told apart, and where several
            choices are equally small all of their groups are there. Empty where nothing covers all wrong calls.

        Raises:
            BudgetSpentError: the replays were not all affordable.
        """
        pool = tuple(each for each in self._pool(function) if not each.made_of)
        wrong: set[tuple[int, int]] = set()
        for scene, sightings in self._scenes.get(function, {}).items():
            wrong |= {(scene, sighting.index) for sighting in sightings if sighting.wrong}
            for mistake in pool:
                if self._track(mistake, function).possible:
                    self._follow(mistake, function, scene)
        groups: dict[frozenset[tuple[int, int]], list[Mistake]] = {}
        for mistake in pool:
            track = self._track(mistake, function)
            if track.possible and track.covered and track.evident:
                groups.setdefault(frozenset(track.covered), []).append(mistake)
        chosen = smallest_covers(wrong, sorted(groups, key=len, reverse=True)[:_MOST_GROUPS])
        return tuple(tuple(groups[covered]) for covered in groups if covered in chosen)

    def alike(self, mistake: Mistake, sighting: Sighting) -> bool:
        """Whether a mistake is known, from replays already made, to answer one call as the submission did."""
        answer = self._replays.known(mistake, sighting.scene, sighting.index)
        return answer is not None and self._same(sighting.candidate, answer)

    def _pool(self, function: str) -> Group:
        return tuple(
            each
            for each in self._exercise.mistakes
            if each.kind is not MistakeKind.COST and (function in each.functions or function in each.inherits)
        )

    def _track(self, mistake: Mistake, function: str) -> _Track:
        return self._tracks.setdefault((mistake.id, function), _Track())

    def _follow(self, mistake: Mistake, function: str, scene: int) -> None:
        track = self._track(mistake, function)
        if scene in track.done:
            return
        answers = self._replays.mistake(mistake, scene)
        track.done.add(scene)
        for sighting in self._scenes[function][scene]:
            answer = answers[sighting.index] if sighting.index < len(answers) else None
            right = answer is not None and same_observation(answer, sighting.reference)
            if answer is not None and self._same(sighting.candidate, answer):
                if sighting.wrong:
                    track.covered.add((scene, sighting.index))
                    track.differs = track.differs or not right
                    if isinstance(answer, Raised) and isinstance(sighting.candidate, Raised):
                        track.messages = track.messages and _same_message(answer, sighting.candidate)
                    else:
                        track.shown = True
            elif not (right and not sighting.wrong):  # two right answers may be two tolerances apart
                track.exact = False
                if not right:
                    track.possible = False
                    return

    def _same(self, candidate: Observation, answer: Observation) -> bool:
        if isinstance(candidate, Blocked) and isinstance(answer, Blocked):
            return self._names.get(candidate.name, candidate.name) == self._names.get(answer.name, answer.name)
        return same_observation(candidate, answer, half_slack=HALF_SLACK)


def _same_message(a: Raised, b: Raised) -> bool:
    return re.sub(r"\d+", "0", a.message) == re.sub(r"\d+", "0", b.message)


def smallest_covers(
    wanted: set[tuple[int, int]], sets: Sequence[frozenset[tuple[int, int]]]
) -> set[frozenset[tuple[int, int]]]:
    """The union of all smallest choices of sets that cover what is wanted; empty where none does."""
    for size in range(1, LARGEST_COVER + 1):
        covers = [choice for choice in itertools.combinations(sets, size) if wanted <= frozenset().union(*choice)]
        if covers:
            return {each for choice in covers for each in choice}
    return set()


def canonical_names(not_allowed: Sequence[NotAllowed]) -> dict[str, str]:
    """Every alias of a name that is not allowed, to the name."""
    return {alias: each.name for each in not_allowed for alias in (each.name, *each.aliases)}
