"""Outcomes of checks, verdicts of reports: closed lists that cannot be confused with one another."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Outcome(enum.StrEnum):
    """What became of one check."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"  # the candidate's code raised
    TIMED_OUT = "timed_out"
    OVER_BUDGET = "over_budget"
    TOO_NOISY = "too_noisy"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"  # the worker died: a signal, os._exit, a broken protocol
    BLOCKED = "blocked"  # a name that is not allowed was used
    SKIPPED = "skipped"  # because something it depends on did not pass
    NOT_ATTEMPTED = "not_attempted"
    NOT_GRADED = "not_graded"  # left out on request
    NEEDS_PERSON = "needs_person"
    GRADER_FAULT = "grader_fault"


# No machine could judge it: a person is asked.
ASKING = frozenset({Outcome.TOO_NOISY, Outcome.NEEDS_PERSON, Outcome.GRADER_FAULT})
# Neither won nor lost: the greatest possible score leaves these out until a person has decided.
PENDING = ASKING | {Outcome.NOT_GRADED}


class TimingVerdict(enum.StrEnum):
    """The judgement of one timed comparison."""

    WITHIN = "within"
    OVER = "over"
    TOO_NOISY = "too_noisy"
    NEEDS_PERSON = "needs_person"


class Verdict(enum.StrEnum):
    """The one-word judgement of a report."""

    ACCEPTED = "accepted"
    INCOMPLETE = "incomplete"  # right as far as it goes; parts are not attempted
    NEEDS_PERSON = "needs_person"
    TOO_NOISY = "too_noisy"
    OVER_BUDGET = "over_budget"
    WRONG_ANSWER = "wrong_answer"
    RUNTIME_ERROR = "runtime_error"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    CRASHED = "crashed"
    RULE_BROKEN = "rule_broken"
    IMPORT_ERROR = "import_error"
    NOT_ATTEMPTED = "not_attempted"
    GRADER_FAULT = "grader_fault"


# The gravest outcome present decides. Skipped and not-graded checks say nothing of their own.
_PRECEDENCE: tuple[tuple[Outcome, Verdict], ...] = (
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
)


def verdict_of(outcomes: Iterable[Outcome], *, import_failed: bool = False) -> Verdict:
    """Judge a whole submission from the outcomes of its checks.

    Args:
        outcomes: one per check.
        import_failed: the module could not be executed at all.

    Returns:
        `not_attempted` where nothing was attempted; `grader_fault` where nothing was judged at all.
    """
    seen = set(outcomes)
    if Outcome.GRADER_FAULT in seen:
        return Verdict.GRADER_FAULT
    if import_failed:
        return Verdict.IMPORT_ERROR
    judged = seen - {Outcome.SKIPPED, Outcome.NOT_GRADED}
    if Outcome.NOT_ATTEMPTED in judged and judged == {Outcome.NOT_ATTEMPTED}:
        return Verdict.NOT_ATTEMPTED
    for outcome, verdict in _PRECEDENCE:
        if outcome in judged:
            return verdict
    return Verdict.GRADER_FAULT
