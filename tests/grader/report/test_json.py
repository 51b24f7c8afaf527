"""The document holds what its schema says, in closed lists, without a number that JSON does not know."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.model import Confidence, Language, Outcome, Report, TimingVerdict, Verdict
from grader.report.json import report_document, report_schema
from grader.report.redact import View

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = ROOT / "docs" / "report.schema.json"
GOLDEN = Path(__file__).parent / "golden"
UPDATE = os.environ.get("GRADER_UPDATE_GOLDEN") == "1"


def _load(document: bytes) -> Any:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(document, parse_constant=refuse)


def test_the_published_schema_is_current() -> None:
    """What is published is what is written; GRADER_UPDATE_GOLDEN=1 publishes anew."""
    if UPDATE:
        PUBLISHED.write_bytes(report_schema())

    assert PUBLISHED.read_bytes() == report_schema()


def test_the_schema_is_a_schema() -> None:
    """Valid by the standard that it names."""
    jsonschema.Draft202012Validator.check_schema(json.loads(report_schema()))


@pytest.mark.parametrize(
    ("name", "members"),
    [("Verdict", Verdict), ("Outcome", Outcome), ("Confidence", Confidence), ("TimingVerdict", TimingVerdict)],
)
def test_lists_are_closed(name: str, members: Any) -> None:
    """A reader of the schema knows every word that can come."""
    definitions = json.loads(report_schema())["$defs"]

    assert sorted(definitions[name]["enum"]) == sorted(members)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", ["practice", "assessment"])
def test_every_document_is_valid(reports: dict[str, Report], language: Language, view: View) -> None:
    """All kinds of report, hostile strings and numbers that are none included."""
    document = _load(report_document(list(reports.values()), language, view))

    jsonschema.Draft202012Validator(json.loads(report_schema())).validate(document)
    assert len(document["results"]) == len(reports)


def test_no_result_is_a_document_too() -> None:
    """Always the same outer shape."""
    document = _load(report_document([], "en"))

    assert (document["schema_version"], document["results"]) == (1, [])


def test_results_have_the_keys_that_scripts_rely_on(reports: dict[str, Report]) -> None:
    """These names are fixed."""
    (result,) = _load(report_document([reports["over"]], "en"))["results"]
    (wrong,) = _load(report_document([reports["wrong"]], "en"))["results"]

    assert {
        "exercise", "submission_sha256", "verdict", "score", "max_score", "checks", "diagnoses", "timing", "isolation",
        "environment", "seed",
    } <= set(result)  # fmt: skip
    assert {
        "id", "title", "part", "visibility", "points", "max_points", "outcome", "message", "cpu_s", "wall_s",
        "peak_rss_bytes",
    } <= set(result["checks"][0])  # fmt: skip
    assert {"function", "mistakes", "kind", "title", "explanation", "confidence", "checks"} <= set(
        wrong["diagnoses"][0]
    )
    assert {"check", "ratio", "low", "high", "verdict", "repeats"} <= set(result["timing"][0])
    assert {"tier", "layers"} <= set(result["isolation"])


def test_numbers_that_were_not_measured_are_null(reports: dict[str, Report]) -> None:
    """Neither NaN nor infinity is JSON."""
    (result,) = _load(report_document([reports["hostile"]], "en"))["results"]

    assert (result["timing"][0]["ratio"], result["timing"][0]["high"]) == (None, None)


def test_strings_are_in_the_language_asked_for(reports: dict[str, Report]) -> None:
    """Titles and explanations as plain strings."""
    english, chinese = (_load(report_document([reports["wrong"]], each))["results"][0] for each in ("en", "zh"))

    assert english["diagnoses"][0]["title"] == "The scores are not divided by √d"
    assert chinese["diagnoses"][0]["title"] == "分数没有除以 √d"


def test_the_seed_is_null_under_assessment(reports: dict[str, Report]) -> None:
    """The key stays, so that scripts need no second way."""
    seeds = [
        _load(report_document([reports["wrong"]], "en", each))["results"][0]["seed"]
        for each in ("practice", "assessment")
    ]

    assert seeds == [reports["wrong"].seed, None]


@pytest.mark.parametrize(("name", "language"), [("wrong", "en"), ("over", "zh")])
def test_documents_are_as_they_were(reports: dict[str, Report], name: str, language: Language) -> None:
    """Golden files: whoever changes the document sees what others will see."""
    golden = GOLDEN / f"{name}.{language}.json"
    document = report_document([reports[name]], language)
    if UPDATE:
        golden.write_bytes(document)

    assert document.decode() == golden.read_text(encoding="utf-8")
