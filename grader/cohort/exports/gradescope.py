"""A roll as Gradescope reads results: a `results.json` for each candidate and exercise, in one zip.

Gradescope shows these to students, so reports are those of an assessment: nothing that hidden checks saw. What a
person decided and what lateness took off are in the score. A check that is not decided yet stands there with its word
and without points or status, which Gradescope would show as lost. `manifest.csv` says whose each file is; names of
files come from nobody's hand.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import msgspec

from grader.cohort.exports.cells import Cell, table
from grader.cohort.roll import Person, Result, Roll
from grader.gradebook import CheckRow
from grader.i18n import say
from grader.model import PENDING, CheckResult, Outcome, Report, Text
from grader.report.phrase import Phrase
from grader.report.redact import for_view
from grader.report.words import number, outcome_word, verdict_word

_DATE = (1980, 1, 1, 0, 0, 0)
_OUTPUT_LIMIT = 4_000

Fetch = Callable[[Result], Report | None]


class TestDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One check, by Gradescope's names."""

    __test__ = False  # pytest takes the name for one of its own

    name: str
    output: str
    score: float | None = None  # with `max_score` and `status`: left out while nothing is decided
    max_score: float | None = None
    status: str = ""
    output_format: str = "text"
    number: str = ""
    tags: tuple[str, ...] = ()
    visibility: str = ""


class ResultsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`results.json`, by Gradescope's names."""

    score: float
    execution_time: float
    output: str
    output_format: str
    visibility: str
    stdout_visibility: str
    tests: tuple[TestDocument, ...]
    extra_data: dict[str, str]


def gradescope_archive(roll: Roll, fetch: Fetch, phrase: Phrase) -> bytes:
    """The zip; the same roll gives the same bytes.

    Args:
        fetch: gives the report of an attempt that counts.
    """
    members: dict[str, bytes] = {}
    manifest: list[tuple[Cell, ...]] = [("candidate", "exercise", "file", "score", "max_score")]
    for person in roll.people:
        for slug, result in person.results.items():
            report = fetch(result)
            if report is None:
                continue
            name = f"{person.opaque}/{slug}/results.json"
            document = results_document(person, result, report, phrase)
            members[name] = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
            manifest.append((person.name, slug, name, document.score, result.attempt.final_max_score))
    members["manifest.csv"] = table(manifest)
    return _zip(members)


def results_document(person: Person, result: Result, report: Report, phrase: Phrase) -> ResultsDocument:
    """One candidate's results for one exercise."""
    shown = for_view(report, "assessment")
    rows = {each.check: each for each in result.checks}
    attempt = result.attempt
    score = (result.credit or 0.0) * attempt.final_max_score
    verdict = attempt.final_verdict or report.verdict
    sentences = [phrase.line(verdict_word(verdict))]
    if result.late_s and result.kept < 1:
        sentences.append(phrase.line(say("Handed in late: {percent} % kept.", percent=number(100 * result.kept))))
    sentences += [phrase.line(each.title) for each in shown.diagnoses]
    return ResultsDocument(
        score=round(score, 2),
        execution_time=round(report.wall_s, 3),
        output="\n".join(sentences)[:_OUTPUT_LIMIT],
        output_format="text",
        visibility="visible",
        stdout_visibility="hidden",
        tests=tuple(_test(each, place, rows, phrase) for place, each in enumerate(shown.checks, 1)),
        extra_data={
            "candidate": person.opaque,
            "exercise": report.exercise,
            "exercise_version": report.exercise_version,
            "verdict": verdict.value,
            "attempt": str(attempt.number),
        },
    )


def _test(check: CheckResult, place: int, rows: Mapping[str, CheckRow], phrase: Phrase) -> TestDocument:
    row = rows.get(check.check.id)
    decided = row is not None and row.override is not None
    outcome = row.final_outcome if row is not None else check.outcome
    said: list[Text] = [say("Decided by a person.")] if decided else [outcome_word(outcome)]
    if not decided and outcome is not Outcome.PASSED:
        said.append(check.message)
    test = TestDocument(
        name=phrase.line(check.check.title),
        output="\n".join(phrase.text(each) for each in said),
        number=str(place),
        tags=(check.check.part, check.check.kind.value),
        visibility="visible",
    )
    if outcome in PENDING:
        return test
    return msgspec.structs.replace(
        test,
        score=row.final_points if row is not None else check.points,
        max_score=check.check.points,
        status="passed" if outcome is Outcome.PASSED else "failed",
    )


def _zip(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, members[name])
    return buffer.getvalue()
