"""An assessment view holds nothing that a hidden check saw."""

from __future__ import annotations

import msgspec
import pytest

from grader.model import Confidence, MistakeKind, Outcome, Report, Text, Verdict
from grader.report.html import render_html
from grader.report.json import report_document
from grader.report.redact import for_view


def test_practice_sees_everything(reports: dict[str, Report]) -> None:
    """Who practises alone has the content on disk anyway."""
    assert for_view(reports["wrong"], "practice") is reports["wrong"]


@pytest.mark.parametrize("name", ["wrong", "several", "crashed", "hostile"])
def test_hidden_checks_lose_what_could_tell(reports: dict[str, Report], name: str) -> None:
    """Examples, traces and messages of hidden checks go; those of visible ones stay."""
    before, after = reports[name], for_view(reports[name], "assessment")
    for old, new in zip(before.checks, after.checks, strict=True):
        assert (new.check, new.outcome, new.points) == (old.check, old.outcome, old.points)
        if new.check.visibility == "hidden":
            assert (new.example, new.traceback) == (None, "")
            unrun = old.outcome in (Outcome.SKIPPED, Outcome.NOT_GRADED)
            assert (new.message == old.message) == unrun
        else:
            assert new == old
    assert all(each.example is None for each in after.diagnoses)
    assert (after.output, after.followups, after.output_truncated) == ("", (), False)
    assert all(part.hints == () for part in after.parts)


def test_messages_of_hidden_checks_are_the_same_for_the_same_outcome(reports: dict[str, Report]) -> None:
    """The wording of a message must not carry bits of a hidden input."""
    said: dict[Outcome, set[str]] = {}
    for report in reports.values():
        if report.verdict is not Verdict.IMPORT_ERROR:
            for each in for_view(report, "assessment").checks:
                unrun = each.outcome in (Outcome.SKIPPED, Outcome.NOT_GRADED)
                if each.check.visibility == "hidden" and not unrun:
                    said.setdefault(each.outcome, set()).add(each.message.en)

    assert len(said) >= 10
    assert all(len(sentences) == 1 for sentences in said.values())


def test_an_import_error_is_told_in_full(reports: dict[str, Report]) -> None:
    """A module that could not be imported was given no input; its author needs the line."""
    before, after = reports["import_error"], for_view(reports["import_error"], "assessment")

    assert after.checks == before.checks


def test_a_diagnosis_of_visible_checks_keeps_its_evidence(reports: dict[str, Report]) -> None:
    """What a candidate has in hand may be shown."""
    diagnosis = msgspec.structs.replace(reports["wrong"].diagnoses[0], checks=("shapes",))
    report = msgspec.structs.replace(reports["wrong"], diagnoses=(diagnosis,))

    assert for_view(report, "assessment").diagnoses == (diagnosis,)


def test_a_symptom_of_hidden_checks_cites_nothing(reports: dict[str, Report], secret: str) -> None:
    """An exception can be named after an input, and a factor can be one."""
    symptom, rule = (
        msgspec.structs.replace(
            reports["wrong"].diagnoses[0], title=Text(secret, secret), explanation=Text(words, words), **more
        )
        for words, more in ((secret, {"confidence": Confidence.SYMPTOM}), ("why", {"kind": MistakeKind.RULE}))
    )
    report = msgspec.structs.replace(reports["wrong"], diagnoses=(symptom, rule))

    assert secret not in str(for_view(report, "assessment").diagnoses)


def test_a_secret_input_leaves_by_no_door(reports: dict[str, Report], secret: str) -> None:
    """Neither page nor document of the assessment view contains an input, nor the seed that makes it."""
    report = reports["wrong"]
    page = render_html([report], "en", "assessment")
    document = report_document([report], "en", "assessment").decode()

    assert secret in render_html([report], "en", "practice")
    assert secret not in page
    assert secret not in document
    assert str(report.seed) not in page
    assert str(report.seed) not in document
