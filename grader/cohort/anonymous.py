"""Taking a person out of a report, for pages that are shown around.

Names of files and what the code printed go; the name by which the gradebook knows the candidate is replaced wherever
it stands, in tracebacks and messages too. What somebody wrote about themselves in other words stays: `docs/` says so.
"""

from __future__ import annotations

import re

import msgspec

from grader.model import Report

_SHORTEST = 3  # characters of a name that is looked for inside other text: "al" stands in too many words

_reports = msgspec.json.Decoder(Report)


def nameless(report: Report, name: str, number: str) -> Report:
    """The report of a candidate with `number` for their name."""
    report = msgspec.structs.replace(report, submission_name=number, output="", output_truncated=False)
    if len(name) < _SHORTEST:
        return report
    written = msgspec.json.encode(report).decode()
    return _reports.decode(replace_name(written, name, number))


def replace_name(text: str, name: str, number: str) -> str:
    """Put the number wherever the name stands, as it is written in JSON, in capitals or not."""
    inside = msgspec.json.encode(name).decode()[1:-1]
    return re.sub(re.escape(inside), lambda _: number, text, flags=re.IGNORECASE)
