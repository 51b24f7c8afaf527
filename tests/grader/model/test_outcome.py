"""The gravest outcome decides, and no two can be taken for one another."""

from __future__ import annotations

import itertools

import pytest

from grader.model import ASKING, PENDING, Outcome, TimingVerdict, Verdict, verdict_of

# What a submission is called in which just this happened, gravest first.
GRAVEST_FIRST = [
    (Outcome.GRADER_FAULT, Verdict.GRADER_FAULT),
    (Outcome.BLOCKED, Verdict.RULE_BROKEN),
    (Outcome.CRASHED, Verdict.CRASHED),
    (Outcome.OUT_OF_MEMORY, Verdict.MEMORY_LIMIT_EXCEEDED),
    (Outcome.TIMED_OUT, Verdict.TIME_LIMIT_EXCEEDED),
    (Outcome.ERRORED, Verdict.RUNTIME_ERROR),
    (Outcome.FAILED, Verdict.WRONG_ANSWER),
    (Outcome.OVER_BUDGET, Verdict.OVER_BUDGET),
    (Outcome.NEEDS_PERSON, Verdict.NEEDS_PERSON),
    (Outcome.TOO_NOISY, Verdict.TOO_NOISY),
    (Outcome.NOT_ATTEMPTED, Verdict.INCOMPLETE),
    (Outcome.PASSED, Verdict.ACCEPTED),
]
SILENT = [Outcome.SKIPPED, Outcome.NOT_GRADED]


def test_every_outcome_has_its_place() -> None:
    """None is forgotten: it decides something, or it is one of the two that say nothing of their own."""
    assert {outcome for outcome, _ in GRAVEST_FIRST} | set(SILENT) == set(Outcome)


def test_what_is_neither_won_nor_lost() -> None:
    """What asks a person, and what was left out on request; nothing that a submission did itself."""
    assert {Outcome.NOT_GRADED} == PENDING - ASKING
    assert {Outcome.TOO_NOISY, Outcome.NEEDS_PERSON, Outcome.GRADER_FAULT} == ASKING


@pytest.mark.parametrize(
    ("graver", "verdict", "lighter"),
    [(*GRAVEST_FIRST[one], GRAVEST_FIRST[other][0]) for one, other in itertools.combinations(range(12), 2)],
)
def test_the_graver_of_two_decides(graver: Outcome, verdict: Verdict, lighter: Outcome) -> None:
    """In whichever order the checks ran, and however many there are of the lighter one."""
    assert verdict_of([lighter, graver, lighter]) is verdict
    assert verdict_of([graver, lighter]) is verdict


@pytest.mark.parametrize("silent", SILENT)
@pytest.mark.parametrize(("outcome", "verdict"), GRAVEST_FIRST)
def test_what_was_not_run_says_nothing(outcome: Outcome, verdict: Verdict, silent: Outcome) -> None:
    """Skipped and left-out checks leave the judgement to the others; alone, not attempted is not incomplete."""
    alone = Verdict.NOT_ATTEMPTED if outcome is Outcome.NOT_ATTEMPTED else verdict

    assert verdict_of([silent, outcome, silent]) is alone


@pytest.mark.parametrize("outcomes", [[], [Outcome.SKIPPED], [Outcome.NOT_GRADED], SILENT])
def test_nothing_judged_is_never_a_pass(outcomes: list[Outcome]) -> None:
    """A grading in which nothing was looked at is our fault."""
    assert verdict_of(outcomes) is Verdict.GRADER_FAULT


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.GRADER_FAULT])
def test_a_file_that_cannot_be_executed_is_an_import_error(outcome: Outcome) -> None:
    """Whatever the checks then say of it."""
    assert verdict_of([outcome], import_failed=True) is Verdict.IMPORT_ERROR


def test_our_own_fault_is_never_laid_on_the_candidate() -> None:
    """Not even where the file could not be executed either."""
    assert verdict_of([Outcome.ERRORED, Outcome.GRADER_FAULT], import_failed=True) is Verdict.GRADER_FAULT


def test_any_iterable_of_outcomes_will_do() -> None:
    """It is read once."""
    assert verdict_of(iter([Outcome.PASSED])) is Verdict.ACCEPTED


@pytest.mark.parametrize("names", [Outcome, Verdict, TimingVerdict])
def test_stored_names_are_lower_case_and_distinct(names: type[Outcome | Verdict | TimingVerdict]) -> None:
    """They are the closed lists of the published schema."""
    values = [each.value for each in names]

    assert len(set(values)) == len(values)
    assert all(each == each.lower() and each.replace("_", "").isalpha() for each in values)
