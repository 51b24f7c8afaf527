"""What a report of a known submission must look like, report by report, without grading anything."""

from __future__ import annotations

import msgspec
import pytest

from grader.audit.expectations import Problem, broken, cost_problems, mistake_problems
from grader.model import (
    CheckResult,
    Confidence,
    Diagnosis,
    Environment,
    Exercise,
    Isolation,
    Mistake,
    MistakeKind,
    Outcome,
    Report,
    Text,
    Tier,
    Verdict,
)

EMPTY = Text("", "")
FUNCTIONS = {"add_values": "add", "add_all_values": "add_all", "tally_values": "Tally", "add_all_time": "add_all"}


@pytest.fixture
def report(adder: Exercise, make_check: object) -> object:
    """A report in which some checks end in some way and all others pass."""

    def make(outcomes: dict[str, Outcome], *diagnoses: Diagnosis) -> Report:
        results = tuple(
            CheckResult(
                check=make_check(name, function=function),
                outcome=outcomes.get(name, Outcome.PASSED),
                points=0.0,
                message=EMPTY,
            )
            for name, function in FUNCTIONS.items()
        )
        return Report(
            exercise=adder.slug,
            exercise_version="0",
            exercise_title=adder.title,
            parts=adder.parts,
            followups=(),
            submission_name="",
            submission_sha256="",
            verdict=Verdict.WRONG_ANSWER,
            score=0.0,
            max_score=100.0,
            checks=results,
            diagnoses=diagnoses,
            timing=(),
            isolation=Isolation(tier=Tier.A, layers=()),
            environment=Environment(grader="", python="", platform="", cpu="", cores=1, libraries={}),
            seed=1,
            stages=(),
            started_at="",
            wall_s=0.0,
        )

    return make


def named(
    *mistakes: str,
    kind: MistakeKind = MistakeKind.VALUE,
    confidence: Confidence = Confidence.EXACT,
    title: str = "",
) -> Diagnosis:
    return Diagnosis(
        function="add",
        kind=kind,
        confidence=confidence,
        mistakes=mistakes,
        title=Text(title, title),
        explanation=EMPTY,
        checks=(),
    )


def mistake(adder: Exercise, name: str, **fields: object) -> Mistake:
    return msgspec.structs.replace(next(each for each in adder.mistakes if each.id == name), **fields)


def said(problems: list[Problem]) -> list[str]:
    return [each.text.en for each in problems]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_counts_as_broken(report: object, outcome: Outcome) -> None:
    """Skipped ones only follow others, and what cannot be judged is not broken; anything else that is no pass is."""
    harmless = {
        Outcome.PASSED,
        Outcome.NOT_GRADED,
        Outcome.SKIPPED,
        Outcome.TOO_NOISY,
        Outcome.NEEDS_PERSON,
    }

    assert broken(report({"add_values": outcome})) == (() if outcome in harmless else ("add_values",))


def test_a_mistake_that_fails_and_is_named_is_sound(adder: Exercise, report: object) -> None:
    """It breaks what it says it gets wrong, inherited faults included."""
    seen = report({"add_values": Outcome.FAILED, "tally_values": Outcome.FAILED}, named("subtracts"))

    assert said(mistake_problems(adder, mistake(adder, "subtracts"), seen)) == []


def test_a_mistake_that_passes(adder: Exercise, report: object) -> None:
    """There is nothing to name then."""
    assert said(mistake_problems(adder, mistake(adder, "subtracts"), report({}))) == ["subtracts breaks no check."]


def test_a_mistake_that_goes_astray(adder: Exercise, report: object) -> None:
    """It says that it gets `add_all` right, or that it does not touch it."""
    seen = report({"tally_values": Outcome.FAILED, "add_all_values": Outcome.ERRORED}, named("tally_forgets"))

    assert said(mistake_problems(adder, mistake(adder, "tally_forgets"), seen)) == [
        "tally_forgets breaks add_all_values, which it should not."
    ]


@pytest.mark.parametrize(
    ("diagnoses", "names"),
    [
        ((), "-"),
        ((named("skips_last"),), "skips_last"),
        ((named("subtracts", "skips_last"),), "subtracts/skips_last"),
        ((named("subtracts", confidence=Confidence.SEVERAL),), "subtracts"),
        ((named(title="Off by a sign", confidence=Confidence.SYMPTOM),), "Off by a sign"),
        ((named("skips_last"), named("quadratic")), "skips_last, quadratic"),
    ],
    ids=["not at all", "another", "one of two", "not surely", "a symptom", "two others"],
)
def test_a_mistake_that_is_named_wrongly(
    adder: Exercise, report: object, diagnoses: tuple[Diagnosis, ...], names: str
) -> None:
    """Exactly as itself, or it is not named."""
    seen = report({"add_values": Outcome.FAILED}, *diagnoses)

    assert said(mistake_problems(adder, mistake(adder, "subtracts"), seen)) == [
        f"subtracts is not named as itself but as {names}."
    ]


@pytest.mark.parametrize("declared_by", ["subtracts", "skips_last"])
def test_equals_may_be_named_together_whichever_declares_it(adder: Exercise, report: object, declared_by: str) -> None:
    """No call that abides by the contract can tell them apart."""
    other = {"subtracts": "skips_last", "skips_last": "subtracts"}[declared_by]
    exercise = msgspec.structs.replace(
        adder,
        mistakes=tuple(
            msgspec.structs.replace(each, equals=(other,)) if each.id == declared_by else each
            for each in adder.mistakes
        ),
    )
    seen = report({"add_values": Outcome.FAILED}, named("subtracts", "skips_last"))

    assert said(mistake_problems(exercise, mistake(exercise, "subtracts"), seen)) == []


@pytest.mark.parametrize(
    ("diagnoses", "sound"),
    [
        ((("subtracts", "tally_forgets"),), True),
        ((("subtracts",), ("tally_forgets",)), True),
        ((("subtracts",),), False),
        ((("subtracts", "tally_forgets"), ("add_all_slow",)), False),
    ],
)
def test_a_combination_is_named_by_all_its_parts(
    adder: Exercise, report: object, diagnoses: tuple[tuple[str, ...], ...], sound: bool
) -> None:
    """Each of them, in one diagnosis or in several, and nothing else."""
    whole = mistake(adder, "subtracts", id="published", made_of=("subtracts", "tally_forgets"))
    seen = report({"add_values": Outcome.FAILED}, *(named(*each, confidence=Confidence.SEVERAL) for each in diagnoses))

    assert bool(mistake_problems(adder, whole, seen)) is not sound


def test_a_broken_rule_is_blocked_and_named(adder: Exercise, report: object) -> None:
    """A rule mistake that merely fails has not been seen for what it is."""
    rule = mistake(adder, "uses_fsum")
    diagnosis = named("uses_fsum", kind=MistakeKind.RULE, confidence=Confidence.SEVERAL)
    blocked = report({"add_all_values": Outcome.BLOCKED}, diagnosis)
    failed = report({"add_all_values": Outcome.FAILED}, diagnosis)

    assert said(mistake_problems(adder, rule, blocked)) == []
    assert said(mistake_problems(adder, rule, failed)) == ["uses_fsum should be blocked."]


def test_a_broken_rule_that_is_named_as_a_wrong_value(adder: Exercise, report: object) -> None:
    """The kind of the diagnosis must be that of the mistake."""
    seen = report({"add_all_values": Outcome.BLOCKED}, named("uses_fsum"))

    assert said(mistake_problems(adder, mistake(adder, "uses_fsum"), seen)) == [
        "uses_fsum is not named as itself but as uses_fsum."
    ]


COST = named("quadratic", "another", kind=MistakeKind.COST, confidence=Confidence.SEVERAL)


def test_a_cost_that_is_over_and_likely_is_sound(adder: Exercise, report: object) -> None:
    """Likely causes of cost may be several."""
    seen = report({"add_all_time": Outcome.OVER_BUDGET}, COST)

    assert said(cost_problems(adder, mistake(adder, "quadratic"), seen)) == []


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_GRADED])
def test_a_cost_within_the_budget(adder: Exercise, report: object, outcome: Outcome) -> None:
    """What was not even measured was not over it either."""
    problems = cost_problems(adder, mistake(adder, "quadratic"), report({"add_all_time": outcome}, COST))

    assert said(problems) == [
        f"quadratic should be over the budget of add_all_time with a margin of 1.3; it is {outcome}."
    ]
    assert not problems[0].noisy


def test_a_cost_that_times_out_is_not_over_its_budget(adder: Exercise, report: object) -> None:
    """A budget is a ratio that was measured; a timeout measures nothing."""
    problems = cost_problems(adder, mistake(adder, "quadratic"), report({"add_all_time": Outcome.TIMED_OUT}, COST))

    assert said(problems) == [
        "quadratic should be over the budget of add_all_time with a margin of 1.3; it is timed_out."
    ]


@pytest.mark.parametrize("outcome", [Outcome.TOO_NOISY, Outcome.NEEDS_PERSON])
def test_a_cost_that_is_too_noisy_to_say(adder: Exercise, report: object, outcome: Outcome) -> None:
    """It is marked, so that only the strict proof fails on it."""
    problems = cost_problems(adder, mistake(adder, "quadratic"), report({"add_all_time": outcome}))

    assert said(problems) == ["quadratic: whether it is over add_all_time is too noisy to say."]
    assert problems[0].noisy


def test_a_cost_that_breaks_a_check_that_is_not_there(adder: Exercise, report: object) -> None:
    """A slip in the header is said as such."""
    cost = mistake(adder, "quadratic", breaks=("add_all_tyme",))

    assert said(cost_problems(adder, cost, report({}))) == [
        "quadratic says it breaks add_all_tyme, which does not exist."
    ]


def test_a_cost_that_is_wrong_besides(adder: Exercise, report: object) -> None:
    """It should break its budgets and nothing else."""
    seen = report({"add_all_time": Outcome.OVER_BUDGET, "add_all_values": Outcome.FAILED}, COST)

    assert said(cost_problems(adder, mistake(adder, "quadratic"), seen)) == [
        "quadratic breaks add_all_values, which it should not."
    ]


@pytest.mark.parametrize(
    "diagnoses",
    [(), (named("another", kind=MistakeKind.COST),), (named("quadratic"),)],
    ids=["none", "another", "as a wrong value"],
)
def test_a_cost_that_nobody_suspects(adder: Exercise, report: object, diagnoses: tuple[Diagnosis, ...]) -> None:
    """It must be among the likely causes, as a cost."""
    seen = report({"add_all_time": Outcome.OVER_BUDGET}, *diagnoses)

    assert said(cost_problems(adder, mistake(adder, "quadratic"), seen)) == [
        "quadratic is not among the likely causes named."
    ]
