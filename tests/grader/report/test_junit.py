"""Reports as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree

import msgspec

from grader.model import Outcome, Report
from grader.report.junit import ERRORS, FAILURES, junit_document


def test_one_suite_a_submission_one_case_a_check(reports: dict[str, Report]) -> None:
    """Counts, properties, and where each check is about."""
    wrong, accepted = reports["wrong"], reports["accepted"]
    root = ElementTree.fromstring(junit_document([(wrong, b""), (accepted, b"")], "en"))

    assert [suite.get("name") for suite in root] == [wrong.submission_name, accepted.submission_name]
    for suite, report in zip(root, (wrong, accepted), strict=True):
        cases = suite.findall("testcase")
        assert [case.get("name") for case in cases] == [each.check.id for each in report.checks]
        assert suite.get("tests") == str(len(cases))
        for tag in ("failure", "error", "skipped"):
            count = "failures" if tag == "failure" else "errors" if tag == "error" else tag
            assert suite.get(count) == str(len(suite.findall(f"testcase/{tag}")))
        properties = {each.get("name"): each.get("value") for each in suite.findall("properties/property")}
        assert properties["verdict"] == report.verdict.value
        assert properties["exercise"] == report.exercise


def test_more_properties(reports: dict[str, Report]) -> None:
    """Each suite has those of its own report, cleaned: they may hold anybody's words."""
    pairs = [(reports["wrong"], b""), (reports["accepted"], b"")]
    root = ElementTree.fromstring(junit_document(pairs, "en", properties=[(("decision", "fine\x1b"),), ()]))
    found = [{each.get("name"): each.get("value") for each in suite.iter("property")} for suite in root]

    assert found[0]["decision"] == "fine\\x1b"
    assert "decision" not in found[1]
    assert "verdict" in found[0]


def test_a_failure_says_why_and_names_the_mistake(reports: dict[str, Report]) -> None:
    """In the language asked for."""
    wrong = reports["wrong"]
    root = ElementTree.fromstring(junit_document([(wrong, b"")], "zh"))
    diagnosis = wrong.diagnoses[0]

    said = "".join(each.text or "" for each in root.iter("failure"))

    assert diagnosis.title.zh in said


def test_every_outcome_has_its_place() -> None:
    """Wrong is a failure, broken an error, what says nothing about the code is skipped."""
    assert set(FAILURES) & set(ERRORS) == set()
    assert Outcome.PASSED not in FAILURES + ERRORS
    skipped = set(Outcome) - set(FAILURES) - set(ERRORS) - {Outcome.PASSED}
    assert skipped == {
        Outcome.SKIPPED,
        Outcome.NOT_ATTEMPTED,
        Outcome.NOT_GRADED,
        Outcome.TOO_NOISY,
        Outcome.NEEDS_PERSON,
    }


def test_a_hostile_report_is_well_formed(reports: dict[str, Report]) -> None:
    """Whatever a candidate wrote into it: the parser takes it, and nothing became markup."""
    hostile = reports["hostile"]
    root = ElementTree.fromstring(junit_document([(hostile, b"\xff\x00")], "en"))

    assert {each.tag for each in root.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure", "error", "skipped")
    }


def test_under_assessment_hidden_checks_tell_nothing(reports: dict[str, Report]) -> None:
    """As in every other view."""
    hostile, wrong = reports["hostile"], reports["wrong"]
    for report in (hostile, wrong):
        hidden = [each for each in report.checks if each.check.visibility == "hidden" and each.traceback]
        document = junit_document([(report, b"")], "en", "assessment").decode()
        assert all(each.traceback not in document for each in hidden)


def test_in_a_notebook_a_line_is_counted_in_its_cell(reports: dict[str, Report]) -> None:
    """As editors and GitHub get it."""
    wrong = msgspec.structs.replace(reports["wrong"], submission_name="work.ipynb")
    function = wrong.checks[0].check.function.encode()
    source = b"# %% [1]\nimport torch\n\n# %% [4]\n\ndef " + function + b"():\n    pass\n"
    case = ElementTree.fromstring(junit_document([(wrong, source)], "en")).find("testsuite/testcase")

    assert case is not None
    assert not wrong.checks[0].traceback
    assert (case.get("file"), case.get("line")) == ("work.ipynb#cell4", "2")
