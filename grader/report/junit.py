"""Reports as JUnit XML, which build servers and editors read: one suite a submission, one case a check."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from grader.model import CheckResult, Language, Outcome, Report
from grader.report import words
from grader.report.lines import line_of, place_of
from grader.report.phrase import Phrase
from grader.report.redact import View, for_view
from grader.report.sanitize import clean, clean_line

Properties = tuple[tuple[str, str], ...]

_VALUE_LIMIT = 1_000  # characters of a property: somebody's reasons may stand there

FAILURES = (Outcome.FAILED, Outcome.OVER_BUDGET, Outcome.BLOCKED)
ERRORS = (Outcome.ERRORED, Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.GRADER_FAULT)


def junit_document(
    reports: Sequence[tuple[Report, bytes]],
    language: Language,
    view: View = "practice",
    *,
    properties: Sequence[Properties] | None = None,
) -> bytes:
    """The document.

    Args:
        reports: each with the source of its submission, in which lines are looked up.
        properties: names and values that each suite has beside its own, in the order of the reports.
    """
    root = ElementTree.Element("testsuites")
    more = properties if properties is not None else [()] * len(reports)
    for (report, source), each in zip(reports, more, strict=True):
        _suite(root, for_view(report, view), source, language, each)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(root: ElementTree.Element, report: Report, source: bytes, language: Language, more: Properties) -> None:
    outcomes = [each.outcome for each in report.checks]
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=clean_line(report.submission_name),
        tests=str(len(outcomes)),
        failures=str(sum(each in FAILURES for each in outcomes)),
        errors=str(sum(each in ERRORS for each in outcomes)),
        skipped=str(sum(each is not Outcome.PASSED and each not in FAILURES + ERRORS for each in outcomes)),
        time=f"{report.wall_s:.3f}",
        timestamp=clean_line(report.started_at),
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (
        ("exercise", report.exercise),
        ("verdict", report.verdict.value),
        ("score", words.number(report.score)),
        ("max_score", words.number(report.max_score)),
        ("isolation", report.isolation.tier.value),
        *more,
    ):
        ElementTree.SubElement(
            properties, "property", name=clean_line(name), value=clean_line(value, limit=_VALUE_LIMIT)
        )
    for each in report.checks:
        _case(suite, report, each, source, Phrase(language))


def _case(suite: ElementTree.Element, report: Report, result: CheckResult, source: bytes, phrase: Phrase) -> None:
    file, line = place_of(report.submission_name, source, line_of(result, source))
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"{clean_line(report.exercise)}.{clean_line(result.check.part)}",
        name=clean_line(result.check.id),
        file=file,
        line=str(line),
        time=f"{result.wall_s:.3f}",
    )
    if result.outcome is Outcome.PASSED:
        return
    word = phrase.line(words.outcome_word(result.outcome))
    message = f"{phrase.line(result.check.title)}: {word}"
    tag = "failure" if result.outcome in FAILURES else "error" if result.outcome in ERRORS else "skipped"
    found = ElementTree.SubElement(case, tag, message=message)
    if tag == "skipped":
        return
    found.set("type", result.outcome.value)
    named = [each for each in report.diagnoses if result.check.id in each.checks]
    said = [phrase.text(result.message), clean(result.traceback)]
    said.extend(f"{phrase.line(each.title)}\n{phrase.text(each.explanation)}" for each in named)
    found.text = "\n".join(each for each in said if each)
