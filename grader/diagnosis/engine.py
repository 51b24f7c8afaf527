"""From transcript to diagnoses: table, agreement, roots, and symptoms for what no known mistake explains.

What is named is never named on less than full agreement: one mistake that answers every recorded call as the submission
did; or the fewest that do together; or all that cannot be told apart. Past the CPU budget nothing is named any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from grader.diagnosis.agreement import Agreement, Group
from grader.diagnosis.causes import cost_diagnoses, over_budget, rule_breakers, rule_diagnosis
from grader.diagnosis.evidence import example_of
from grader.diagnosis.replay import BudgetSpentError, Replayer, Replays
from grader.diagnosis.roots import Named, Placed, place
from grader.diagnosis.sightings import Sighting, Table, find_stopped_short, find_unattempted, tabulate
from grader.diagnosis.symptoms import Symptom, join, symptom_of
from grader.diagnosis.wording import worded
from grader.i18n import say
from grader.model import (
    Blocked,
    CheckResult,
    Confidence,
    Diagnosis,
    Exercise,
    Mistake,
    MistakeKind,
    Observation,
    Outcome,
    Returned,
    Scene,
    Text,
)
from grader.values import kind_of

_FAILING = frozenset(
    {
        Outcome.FAILED,
        Outcome.ERRORED,
        Outcome.TIMED_OUT,
        Outcome.OUT_OF_MEMORY,
        Outcome.CRASHED,
        Outcome.BLOCKED,
    }
)


class Diagnosed(msgspec.Struct, frozen=True):
    """What was found, function by function in the contract's order, and what a reader should know about it."""

    diagnoses: tuple[Diagnosis, ...]
    notes: tuple[Text, ...]


def diagnose(
    exercise: Exercise,
    checks: Sequence[CheckResult],
    scenes: Sequence[Scene],
    replayer: Replayer,
    *,
    budget_cpu_s: float = 10.0,
) -> Diagnosed:
    """Name what is wrong with a submission, with the evidence.

    Args:
        exercise: its functions, its known mistakes and what is not allowed.
        checks: what became of every check.
        scenes: the transcript; what a scene's check is, is found by its id.
        replayer: runs recorded calls on the reference and on known mistakes. It is not used where all checks passed.
        budget_cpu_s: CPU seconds for all replays; past it diagnoses are symptoms and a note says so.
    """
    return _Engine(exercise, checks, scenes, Replays(replayer, scenes, budget_cpu_s)).run()


class _Engine:
    def __init__(
        self, exercise: Exercise, checks: Sequence[CheckResult], scenes: Sequence[Scene], replays: Replays
    ) -> None:
        self._exercise = exercise
        self._checks = checks
        self._scenes = scenes
        self._replays = replays
        self._order = [function.name for function in exercise.functions]
        self._failing = {each.check.id for each in checks if each.outcome in _FAILING and not over_budget(each)}
        self._table = Table()
        self._agreement = Agreement(exercise, {}, replays)

    def run(self) -> Diagnosed:
        unattempted = find_unattempted(self._exercise, self._scenes)
        blocked = self._blocked(unattempted)
        if self._failing:
            self._table = tabulate(self._exercise, self._scenes, self._failing, self._replays, unattempted)
            self._agreement = Agreement(self._exercise, self._table.by_function, self._replays)
        blamed = self._table.blamed()
        named: dict[str, Named] = {}
        for function in self._in_order({*blamed, *blocked}):
            found = self._name(function, bool(blocked.get(function)))
            if found is not None:
                named[function] = found
        self._follow_further(blamed, named)
        placed = place(
            named,
            self._in_order(named),
            self._may_agree,
            self._silent,
            lambda function: function in blamed and function not in named,
        )
        diagnoses = [self._show(each, blocked) for each in placed]
        diagnoses += self._symptoms([name for name in blamed if name not in named], named, blocked)
        unfit = {*blamed, *blocked, *self._failed_functions()}
        diagnoses += cost_diagnoses(self._exercise, self._checks, unfit)
        rank = {name: at for at, name in enumerate(self._in_order({each.function for each in diagnoses}))}
        return Diagnosed(
            diagnoses=tuple(sorted(diagnoses, key=lambda each: rank[each.function])), notes=self._notes(unattempted)
        )

    def _in_order(self, names: Iterable[str]) -> list[str]:
        """Names in the contract's order, names that it does not know last."""
        given = dict.fromkeys(names)
        return [each for each in self._order if each in given] + sorted(given.keys() - set(self._order))

    def _failed_functions(self) -> set[str]:
        return {each.check.function for each in self._checks if each.check.id in self._failing}

    def _blocked(self, unattempted: Iterable[str]) -> dict[str, list[str]]:
        """Functions that used what is not allowed, with the checks that met it."""
        found: dict[str, dict[str, None]] = {}
        for scene in self._scenes:
            for call, observation in zip(scene.calls, scene.observations, strict=False):
                if isinstance(observation, Blocked):
                    found.setdefault(call.function, {})[scene.check] = None
        for each in self._checks:
            if each.outcome is Outcome.BLOCKED and not any(each.check.id in ids for ids in found.values()):
                found.setdefault(each.check.function, {})[each.check.id] = None
        return {function: list(ids) for function, ids in found.items() if function not in set(unattempted)}

    def _name(self, function: str, blocked: bool) -> Named | None:
        try:
            if self._table.complete and self._table.wrong.get(function):
                exact = self._agreement.exact(function)
                for mistake in exact:  # placing it asks for this; here, so that a spent budget leaves no half answer
                    if function not in mistake.functions:
                        for root in mistake.functions:
                            self._agreement.agrees(mistake, root)
                groups = (exact,) if exact else self._agreement.cover(function)
                if groups:
                    return Named(groups=groups)
        except BudgetSpentError:
            pass  # said in the notes
        return Named(groups=(rule_breakers(self._exercise, function),), likely=True) if blocked else None

    def _follow_further(self, blamed: Sequence[str], named: dict[str, Named]) -> None:
        """Let a mistake named at its root explain other functions too, where it agrees on all of their calls.

        Authors need not foresee every function that a fault reaches, and what one fault explains is not two.
        """
        roots = {
            mistake: function
            for function, found in named.items()
            if not found.likely and len(found.groups) == 1
            for mistake in found.mistakes
            if function in mistake.functions and not mistake.made_of
        }
        try:
            for function in blamed:
                found = named.get(function)
                known = found.groups[0] if found and not found.likely and len(found.groups) == 1 else ()
                further = tuple(
                    mistake
                    for mistake, root in roots.items()
                    if root != function and mistake not in known and self._agreement.explains(mistake, function)
                )
                if further:
                    named[function] = Named(groups=((*known, *further),))
        except BudgetSpentError:
            pass  # what is named is named on its own calls; only that it reaches further goes unsaid

    def _may_agree(self, mistake: Mistake, function: str) -> bool:
        """As `Agreement.agrees`; what can no longer be replayed stays possible, so that no other is left alone."""
        try:
            return self._agreement.agrees(mistake, function)
        except BudgetSpentError:
            return True

    def _silent(self, function: str) -> bool:
        """Whether a function's answers can show nothing: it returns None or an object."""
        answers = [each.reference for each in self._table.by_function.get(function, ())]
        return all(isinstance(each, Returned) and kind_of(each.value) in ("none", "handle") for each in answers)

    def _show(self, placed: Placed, blocked: dict[str, list[str]]) -> Diagnosis:
        mistakes = placed.named.mistakes
        ids = [each for name in placed.evidence for each in (*self._explained(name), *blocked.get(name, ()))]
        checks = tuple(each.check.id for each in self._checks if each.check.id in ids)
        if placed.named.likely:
            seen = self._observations(placed.evidence)
            return rule_diagnosis(self._exercise, placed.function, mistakes, checks, seen, placed.inherited_by)
        confidence, named, title, explanation = worded(
            placed.named.groups, lambda whole: self._parts(whole, placed.function)
        )
        wrong = next((self._table.wrong[name] for name in placed.evidence if name in self._table.wrong), [])
        return Diagnosis(
            function=placed.function,
            kind=named[0].kind,
            confidence=confidence,
            mistakes=tuple(each.id for each in named),
            title=title,
            explanation=explanation,
            checks=checks,
            inherited_by=placed.inherited_by,
            example=example_of(wrong, lambda sighting: self._predicted(mistakes, sighting)),
        )

    def _parts(self, whole: Mistake, function: str) -> Group:
        """What a combination is made of, as far as it lies in one function."""
        found = tuple(each for each in self._exercise.mistakes if each.id in whole.made_of)
        here = tuple(each for each in found if function in each.functions)
        return here or found

    def _explained(self, function: str) -> list[str]:
        return [each.check for each in self._table.wrong.get(function, ()) if each.failing]

    def _observations(self, functions: Sequence[str]) -> list[Observation]:
        return [
            observation
            for scene in self._scenes
            for call, observation in zip(scene.calls, scene.observations, strict=False)
            if call.function in functions
        ]

    def _predicted(self, mistakes: Group, sighting: Sighting) -> Observation | None:
        for mistake in mistakes:
            if self._agreement.alike(mistake, sighting):
                return self._replays.known(mistake, sighting.scene, sighting.index)
        return None

    def _symptoms(
        self, functions: Sequence[str], named: dict[str, Named], blocked: dict[str, list[str]]
    ) -> list[Diagnosis]:
        found = []
        for function in functions:
            if function in blocked or function in self._exercise.questions:  # how far off is half the key
                continue
            symptom = self._with_root(function, named, symptom_of(self._table.by_function[function]))
            if symptom is None:
                continue
            explanation = symptom.explanation
            if self._replays.stopped:
                explanation = join(explanation, say("The search for a known mistake was stopped at its CPU budget."))
            found.append(
                Diagnosis(
                    function=function,
                    kind=MistakeKind.VALUE,
                    confidence=Confidence.SYMPTOM,
                    mistakes=(),
                    title=symptom.title,
                    explanation=explanation,
                    checks=tuple(dict.fromkeys(self._explained(function))),
                    example=example_of(self._table.wrong[function], lambda _: None),
                )
            )
        return found

    def _with_root(self, function: str, named: dict[str, Named], symptom: Symptom | None) -> Symptom | None:
        """Point to a function that is wrong too and that this one is known to call."""
        roots = {root for each in self._exercise.mistakes if function in each.inherits for root in each.functions}
        root = next((each for each in self._order if each in roots and each in named and each != function), None)
        if root is None:
            return symptom
        pointer = say("{root} is wrong too; if {function} calls it, mend {root} first.", root=root, function=function)
        if symptom is None:
            return Symptom(say("Wrong, and so is a function that it may call"), pointer)
        return Symptom(symptom.title, join(symptom.explanation, pointer))

    def _notes(self, unattempted: frozenset[str]) -> tuple[Text, ...]:
        notes = [
            say("{function} stops in {callee}, which is not attempted yet.", function=function, callee=callee)
            for function, callee in find_stopped_short(self._scenes, unattempted)
        ]
        if self._replays.stopped:
            notes.append(
                say("The search for known mistakes was stopped at its CPU budget; some mistakes may have no name.")
            )
        return tuple(notes)
