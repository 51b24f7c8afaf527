"""Where a canary can hide in what comes out: the record, both views of the page and of the JSON, and the log."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import msgspec

from grader.model import Language, Report
from grader.report.html import render_html
from grader.report.json import render_json
from grader.report.redact import View

_VIEWS: tuple[View, ...] = ("practice", "assessment")
_LANGUAGES: tuple[Language, ...] = ("en", "zh")


def disguises(canary: str) -> tuple[str, ...]:
    """The canary as it is, and in the first disguises that come to mind."""
    raw = canary.encode()
    encoded = (base64.b64encode(b"x" * shift + raw).decode()[shift + 3 : -4] for shift in range(3))
    return (canary, canary[::-1], raw.hex(), *encoded)


def outlets(report: Report) -> Iterator[tuple[str, str]]:
    """Everything that a report turns into, by name."""
    yield "record", msgspec.json.encode(report).decode()
    for view in _VIEWS:
        yield f"JSON {view}", str(render_json([report], view=view))
        for language in _LANGUAGES:
            yield f"page {view} {language}", render_html([report], language, view)


def found_in(text: str, canary: str) -> bool:
    """Whether the canary is in a text, in any disguise."""
    return any(each in text for each in disguises(canary))
