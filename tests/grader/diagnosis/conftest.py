"""A world without processes: submissions are dicts of plain functions, and replaying is calling them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.diagnosis import Diagnosed, diagnose
from grader.model import (
    Budget,
    Call,
    Check,
    CheckKind,
    CheckResult,
    Exercise,
    Frame,
    Function,
    Mistake,
    MistakeKind,
    NotAllowed,
    Observation,
    Outcome,
    Raised,
    Returned,
    Scene,
    Support,
    Text,
)

Code = Callable[..., Any]
Module = Mapping[str, Code]


class World:
    """An exercise with its reference and mistakes, a submission's transcript, and a replayer that counts."""

    def __init__(self, reference: Module) -> None:
        self.reference_module = dict(reference)
        self.mistakes: dict[str, tuple[Mistake, Module]] = {}
        self.scenes: list[tuple[str, CheckKind, list[Call]]] = []
        self.outcomes: dict[str, Outcome] = {}
        self.check_functions: dict[str, str] = {}
        self.replays: list[tuple[str, str]] = []
        self.cpu_s = 0.0
        self.cpu_per_replay_s = 0.1
        self.not_allowed: tuple[NotAllowed, ...] = ()
        self.untrained: set[str] = set()
        self.support: tuple[Support, ...] = ()
        self.flaky: set[str] = set()  # checks whose reference answers differ each time

    def mistake(
        self,
        name: str,
        changes: Module,
        *,
        roots: Sequence[str] = (),
        inherits: Sequence[str] = (),
        equals: Sequence[str] = (),
        made_of: Sequence[str] = (),
        breaks: Sequence[str] = (),
        kind: MistakeKind = MistakeKind.VALUE,
    ) -> Module:
        """Declare a known mistake: the reference with some functions replaced."""
        declared = Mistake(
            id=name,
            kind=kind,
            functions=tuple(roots or changes),
            inherits=tuple(inherits),
            title=Text(f"title of {name}", f"{name} 的标题"),
            explanation=Text(f"about {name}", f"关于 {name}"),
            equals=tuple(equals),
            made_of=tuple(made_of),
            breaks=tuple(breaks),
            path=Path(f"{name}.py"),
        )
        module = {**self.reference_module, **changes}
        self.mistakes[name] = (declared, module)
        return module

    def scene(self, check: str, *calls: tuple[str, Sequence[Any]], kind: CheckKind = CheckKind.VALUE) -> None:
        """Declare what one check calls: pairs of a function's name and its arguments."""
        made = [Call(target="function", name=name, function=name, arguments=tuple(given)) for name, given in calls]
        self.scenes.append((check, kind, made))
        self.check_functions.setdefault(check, calls[-1][0])

    def exercise(self) -> Exercise:
        """The exercise as it stands."""
        return Exercise(
            slug="demo",
            version="0",
            order=1,
            title=Text("demo", "演示"),
            summary=Text("", ""),
            difficulty="easy",
            minutes=1,
            libraries=(),
            budget=Budget(),
            parts=(),
            functions=tuple(
                Function(name=name, part="p", replay=name not in self.untrained) for name in self.reference_module
            ),
            support=self.support,
            not_allowed=self.not_allowed,
            visible=(),
            followups=(),
            mistakes=tuple(declared for declared, _ in self.mistakes.values()),
            accepted=(),
            folder=Path("e"),
            solutions=Path("s"),
            hidden=Path("h"),
        )

    def transcript(self, submission: Module) -> list[Scene]:
        """What a submission answers to all declared calls."""
        return [
            Scene(check=check, kind=kind, part="p", seed=0, calls=tuple(calls), observations=run(submission, calls))
            for check, kind, calls in self.scenes
        ]

    def results(self, scenes: Sequence[Scene]) -> list[CheckResult]:
        """Outcomes: failed where an answer differs from the reference's, unless they were set."""
        found = []
        for scene in scenes:
            right = run(self.reference_module, scene.calls)
            outcome = Outcome.PASSED if repr(right) == repr(scene.observations) else Outcome.FAILED
            found.append(self.result(scene.check, scene.kind, self.outcomes.get(scene.check, outcome)))
        known = {scene.check for scene in scenes}
        found += [
            self.result(check, CheckKind.VALUE, outcome)
            for check, outcome in self.outcomes.items()
            if check not in known
        ]
        return found

    def result(self, check: str, kind: CheckKind, outcome: Outcome) -> CheckResult:
        """One result with what the tests need of it."""
        declared = Check(
            id=check,
            title=Text(check, check),
            part="p",
            function=self.check_functions.get(check, check),
            points=1,
            visibility="hidden",
            kind=kind,
        )
        return CheckResult(check=declared, outcome=outcome, points=0, message=Text("", ""))

    def diagnose(self, submission: Module, budget_cpu_s: float = 10.0) -> Diagnosed:
        """Diagnose a submission on all declared scenes."""
        scenes = self.transcript(submission)
        return diagnose(self.exercise(), self.results(scenes), scenes, _Seam(self), budget_cpu_s=budget_cpu_s)

    def reference(self, scene: Scene) -> tuple[Observation, ...]:
        """The replayer's seam."""
        self._count("reference", scene)
        if scene.check in self.flaky:
            return tuple(Returned(len(self.replays)) for _ in scene.calls)
        return run(self.reference_module, scene.calls)

    def mistake_replay(self, mistake: Mistake, scene: Scene) -> tuple[Observation, ...]:
        """The replayer's seam."""
        self._count(mistake.id, scene)
        return run(self.mistakes[mistake.id][1], scene.calls)

    def cpu_spent_s(self) -> float:
        """The replayer's seam."""
        return self.cpu_s

    def _count(self, who: str, scene: Scene) -> None:
        self.replays.append((who, scene.check))
        self.cpu_s += self.cpu_per_replay_s


class _Seam:
    """The world as a `Replayer`, whose names it needs for itself."""

    def __init__(self, world: World) -> None:
        self.reference = world.reference
        self.mistake = world.mistake_replay
        self.cpu_spent_s = world.cpu_spent_s


def run(module: Module, calls: Sequence[Call]) -> tuple[Observation, ...]:
    """Call the functions and note what they answer; an observation that is returned stands for itself."""
    found: list[Observation] = []
    for call in calls:
        try:
            value = module[call.name](*call.arguments, **call.keywords)
            found.append(value if isinstance(value, Observation) else Returned(value))
        except Exception as error:
            types = tuple(kind.__name__ for kind in type(error).__mro__[:-2])
            frames = (Frame(error.args[1], error.args[2], "source"),) if len(error.args) == 3 else ()
            found.append(Raised(types, str(error.args[0]) if error.args else "", frames))
    return tuple(found)


@pytest.fixture(scope="session")
def make_world_class() -> type[World]:
    """The class itself, for tests that make many."""
    return World


@pytest.fixture
def world() -> World:
    """Two functions: `base` doubles, `user` calls it and adds one."""
    return World({"base": lambda x: 2 * x, "user": lambda x: 2 * x + 1})
