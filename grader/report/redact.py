"""What a candidate under assessment may see of a report: never an input of a hidden check, nor anything made from one.

Redaction turns a report into a poorer report, before any writer sees it, so that page, terminal and JSON cannot
leak what is no longer there. What a submission raises, prints or returns inside a hidden check may carry the inputs
it was given; so messages of hidden checks give way to a fixed sentence for their outcome, and the rest is dropped.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from grader.i18n import say
from grader.model import CheckResult, Confidence, Diagnosis, MistakeKind, Outcome, Report, Verdict
from grader.report.words import outcome_sentence

View = Literal["practice", "assessment"]

# Of these the check never ran, and the message is the grader's own.
_UNTOUCHED = frozenset({Outcome.SKIPPED, Outcome.NOT_GRADED})


def for_view(report: Report, view: View) -> Report:
    """The report as a view may show it. The seed stays in the record; writers leave it out under assessment."""
    if view == "practice":
        return report
    hidden = {result.check.id for result in report.checks if result.check.visibility == "hidden"}
    # A module that cannot be imported was never given an input: what it says about itself is its own.
    imported = report.verdict is not Verdict.IMPORT_ERROR
    return msgspec.structs.replace(
        report,
        checks=tuple(_check(result) if imported and result.check.id in hidden else result for result in report.checks),
        diagnoses=tuple(_diagnosis(each, hidden) for each in report.diagnoses),
        parts=tuple(msgspec.structs.replace(part, hints=()) for part in report.parts),
        followups=(),
        output="",
        output_truncated=False,
    )


def _check(result: CheckResult) -> CheckResult:
    message = result.message if result.outcome in _UNTOUCHED else outcome_sentence(result.outcome)
    return msgspec.structs.replace(result, message=message, example=None, traceback="")


def _diagnosis(diagnosis: Diagnosis, hidden: set[str]) -> Diagnosis:
    if diagnosis.checks and hidden.isdisjoint(diagnosis.checks):
        return diagnosis
    if diagnosis.confidence is Confidence.SYMPTOM:
        # A symptom cites what came back: an exception's type and words, a factor, the shapes that go wrong.
        return msgspec.structs.replace(
            diagnosis,
            title=say("Wrong, in a way that no known mistake explains"),
            explanation=say("What was seen is not shown here, because hidden checks saw it."),
            example=None,
        )
    # The name of what was used comes from the submission's own process.
    title = say("Uses what is not allowed") if diagnosis.kind is MistakeKind.RULE else diagnosis.title
    return msgspec.structs.replace(diagnosis, title=title, example=None)
