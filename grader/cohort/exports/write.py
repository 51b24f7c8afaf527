"""The one way in which a gradebook leaves for another program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from grader.cohort.anonymous import nameless
from grader.cohort.exports.canvas import canvas_document, left_empty
from grader.cohort.exports.csv import csv_document
from grader.cohort.exports.gradescope import gradescope_archive
from grader.cohort.exports.json import json_document
from grader.cohort.exports.junit import junit_export
from grader.cohort.roll import Result, call_roll
from grader.cohort.rules import Rules
from grader.gradebook import Gradebook
from grader.i18n import say_count
from grader.model import Language, Report, Text
from grader.report.phrase import Phrase

Target = Literal["csv", "json", "junit", "gradescope", "canvas"]

# What a file is called where nobody says.
FILES: dict[Target, str] = {
    "csv": "grades.csv",
    "json": "grades.json",
    "junit": "grades.xml",
    "gradescope": "gradescope.zip",
    "canvas": "canvas.csv",
}


def export(
    book: Gradebook,
    rules: Rules,
    to: Target,
    language: Language,
    *,
    anonymous: bool = False,
    note: Callable[[Text], None] = lambda _: None,
) -> bytes:
    """What counts, for another program.

    Args:
        language: of titles and messages; names of columns and fields are always English.
        anonymous: numbers for names, as in an anonymous report.
        note: is told what whoever exports should know and the format has no place for.
    """
    roll = call_roll(book, rules, anonymous=anonymous)
    phrase = Phrase(language)
    real_names = {each.id: each.name for each in book.candidates()}

    def report_of(result: Result) -> Report | None:
        attempt = result.attempt
        report = book.report(attempt.id)
        if report is None or not anonymous:
            return report
        return nameless(report, real_names[attempt.candidate_id], attempt.candidate)

    def with_source(result: Result) -> tuple[Report, bytes] | None:
        report = report_of(result)
        return None if report is None else (report, book.submission(result.attempt.id).source)

    match to:
        case "csv":
            return csv_document(roll)
        case "json":
            return json_document(roll)
        case "canvas":
            if empty := left_empty(roll):
                text = say_count(
                    "{count} cell is left empty: the attempt waits to be decided. grader report shows what for.",
                    "{count} cells are left empty: the attempts wait to be decided. grader report shows what for.",
                    empty,
                )
                note(text)
            return canvas_document(roll)
        case "gradescope":
            return gradescope_archive(roll, report_of, phrase)
        case "junit":
            return junit_export(roll, with_source, phrase)
