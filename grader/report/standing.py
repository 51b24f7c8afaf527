"""What the outcomes of several checks add up to: tallies, tones, and whether the module could be had at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.i18n import say, say_count
from grader.model import PENDING, CheckResult, Outcome, Report, Text, Verdict
from grader.report.words import OUTCOME_TONES, Tone

# Where these are all, a hint would be beside the point: nothing of the candidate's is known to be wrong.
UNHINTED = PENDING | {Outcome.PASSED, Outcome.SKIPPED}
# What ends a module before it can be asked anything.
_FATAL = frozenset({Outcome.ERRORED, Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.OVER_BUDGET})


def tally(results: Sequence[CheckResult]) -> list[Text]:
    """How many checks passed, of those that were graded."""
    passed = sum(each.outcome is Outcome.PASSED for each in results)
    left_out = sum(each.outcome is Outcome.NOT_GRADED for each in results)
    sentences = []
    if left_out < len(results):
        sentences.append(say("{passed} of {count} checks passed.", passed=passed, count=len(results) - left_out))
    if left_out:
        sentences.append(say_count("{count} check was not graded.", "{count} checks were not graded.", left_out))
    return sentences


def stopped(report: Report) -> bool:
    """Whether every check ended in the same way before it began: the module itself could not be had."""
    graded = [each for each in report.checks if each.outcome is not Outcome.NOT_GRADED]
    if report.verdict is Verdict.IMPORT_ERROR:
        return bool(graded)
    same = {(each.outcome, each.message, each.traceback) for each in graded}
    return len(graded) > 1 and len(same) == 1 and graded[0].outcome in _FATAL


def gravest(outcomes: Iterable[Outcome]) -> Tone:
    """The tone of a part: the worst of its checks'; calm only where nothing passed and nothing failed."""
    tones = {OUTCOME_TONES.get(each, "bad") for each in set(outcomes) - {Outcome.NOT_GRADED}}
    order: tuple[Tone, ...] = ("bad", "warn", "calm", "good")
    return next((tone for tone in order if tone in tones), "calm")
