"""The recorded calls, sorted by the function that they observe, each beside what the reference answers.

Calls that train, and scenes that are timed or weighed, are left out: they are not replayed. So are scenes on which the
reference does not repeat itself. This module must not know any mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from grader.diagnosis.replay import BudgetSpentError, Replays
from grader.model import FORGOTTEN, Call, Died, Exercise, Observation, Raised, Scene
from grader.values import element_count, same_observation


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded call of a function, as the submission and as the reference answered it."""

    scene: int
    index: int
    check: str
    call: Call
    candidate: Observation
    reference: Observation
    failing: bool  # its check did not pass
    wrong: bool  # the submission's answer differs from the reference's


class Table(msgspec.Struct, kw_only=True):
    """All sightings by function, scenes that failed first, the cheapest of them foremost."""

    by_function: dict[str, list[Sighting]] = {}
    wrong: dict[str, list[Sighting]] = {}
    complete: bool = True  # False: the budget ended before all scenes were replayed on the reference

    def blamed(self) -> list[str]:
        """The functions with a wrong call in a check that failed."""
        return [name for name, wrong in self.wrong.items() if any(each.failing for each in wrong)]


def tabulate(
    exercise: Exercise,
    scenes: Sequence[Scene],
    failing: Collection[str],
    replays: Replays,
    unattempted: Collection[str],
) -> Table:
    """Replay the reference on the scenes that matter and set its answers beside the submission's.

    Args:
        exercise: whose contract is called.
        scenes: the transcript.
        failing: ids of the checks that did not pass.
        replays: where the reference's answers come from.
        unattempted: functions without an implementation; a call that ends in one of them shows nothing.
    """
    table = Table()
    usable = [at for at, scene in enumerate(scenes) if replayable(exercise, scene)]
    failed = sorted((at for at in usable if scenes[at].check in failing), key=lambda at: _cost(scenes[at]))
    passed = sorted((at for at in usable if scenes[at].check not in failing), key=lambda at: _cost(scenes[at]))
    try:
        for at in failed:
            _enter(table, at, scenes[at], True, replays, unattempted)
        wanted = set(table.blamed())
        # What is not blamed matters too: a mistake is rooted in a function only if it agrees on that one's calls.
        wanted |= {root for each in exercise.mistakes if wanted & set(each.inherits) for root in each.functions}
        for at in passed:
            if any(call.function in wanted for call in scenes[at].calls):
                _enter(table, at, scenes[at], False, replays, unattempted)
    except BudgetSpentError:
        table.complete = False
    return table


def _enter(table: Table, at: int, scene: Scene, failing: bool, replays: Replays, unattempted: Collection[str]) -> None:
    reference = replays.reference(at)
    if reference is None:
        return
    for index, (call, candidate, right) in enumerate(zip(scene.calls, scene.observations, reference, strict=False)):
        if candidate is FORGOTTEN or call.function in unattempted or ends_in(candidate, unattempted) is not None:
            continue
        sighting = Sighting(
            scene=at,
            index=index,
            check=scene.check,
            call=call,
            candidate=candidate,
            reference=right,
            failing=failing,
            wrong=not same_observation(candidate, right),
        )
        table.by_function.setdefault(call.function, []).append(sighting)
        if sighting.wrong:
            table.wrong.setdefault(call.function, []).append(sighting)


def ends_in(observation: Observation, unattempted: Collection[str]) -> str | None:
    """The function without an implementation in which a call ended, if it ended in one."""
    if isinstance(observation, Raised) and observation.type == "NotImplementedError" and observation.frames:
        last = observation.frames[-1].function
        return last if last in unattempted else None
    return None


def find_unattempted(exercise: Exercise, scenes: Sequence[Scene]) -> frozenset[str]:
    """The functions whose first call of a kind raised NotImplementedError of their own."""
    names = {function.name for function in exercise.functions}
    first: dict[tuple[str, str, str], Observation] = {}
    for scene in scenes:
        for call, observation in zip(scene.calls, scene.observations, strict=False):
            first.setdefault((call.function, call.target, call.name), observation)
    found = set()
    for (function, _, _), observation in first.items():
        if isinstance(observation, Raised) and observation.type == "NotImplementedError":
            blamed = observation.frames[-1].function if observation.frames else function
            found.add(blamed if blamed in names else function)
    return frozenset(found)


def find_stopped_short(scenes: Sequence[Scene], unattempted: Collection[str]) -> list[tuple[str, str]]:
    """Pairs of a function and the one without an implementation that it ended in."""
    pairs: dict[tuple[str, str], None] = {}
    for scene in scenes:
        for call, observation in zip(scene.calls, scene.observations, strict=False):
            callee = ends_in(observation, unattempted)
            if callee is not None and callee != call.function:
                pairs[call.function, callee] = None
    return list(pairs)


def size_of(call: Call) -> int:
    """How much a call was given: elements of all its arguments."""
    return element_count(list(call.arguments)) + element_count(call.keywords)


def replayable(exercise: Exercise, scene: Scene) -> bool:
    """Whether a scene's calls are made again: none that trains, and none that was timed or weighed."""
    if scene.kind.is_measured:
        return False
    dear = {function.name for function in exercise.functions if not function.replay}
    dear_support = {support.name for support in exercise.support if not support.replay}
    return not any(
        call.name in dear_support if call.target == "support" else call.function in dear for call in scene.calls
    )


def _cost(scene: Scene) -> tuple[bool, int]:
    """Scenes that ended in a death last (replaying them may mean waiting), then by size."""
    dead = any(isinstance(observation, Died) for observation in scene.observations)
    return dead, sum(size_of(call) for call in scene.calls)
