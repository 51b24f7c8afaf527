"""JUnit XML, held against a schema of what Ant writes and Jenkins reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import xmlschema

from grader.cohort.exports.write import export
from grader.cohort.rules import Rules
from grader.gradebook import Gradebook
from grader.model import Language

if TYPE_CHECKING:
    from conftest import Classroom


@pytest.fixture(scope="module")
def valid() -> Callable[[bytes], ElementTree.Element]:
    """Validate, and give the root."""
    schema = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))

    def check(document: bytes) -> ElementTree.Element:
        schema.validate(document.decode())
        return ElementTree.fromstring(document)

    return check


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_cohort_is_valid(
    cohort_file: Path, valid: Callable[[bytes], ElementTree.Element], language: Language
) -> None:
    """A suite a candidate and exercise, and the counts of each suite are those of its cases."""
    with Gradebook.open(cohort_file) as book:
        root = valid(export(book, Rules(), "junit", language))
    suites = root.findall("testsuite")

    assert len(suites) > 60
    for suite in suites:
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["errors"]) == len(suite.findall("testcase/error"))


def test_hostile_text_is_only_text(
    classroom: Classroom, hostile_name: str, valid: Callable[[bytes], ElementTree.Element]
) -> None:
    """Control characters, `]]>` and markup are readable, and make no element and no declaration."""
    classroom.hand_in(hostile_name, "easy")
    document = export(classroom.close_door(), Rules(), "junit", "en")
    root = valid(document)

    assert "<script>alert(1)</script>" in root[0].attrib["name"]
    assert "U+202E" in root[0].attrib["name"]
    assert {each.tag for each in root.iter()} <= {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "error",
        "skipped",
    }
    assert b"<!" not in document


def test_decisions_show(classroom: Classroom, valid: Callable[[bytes], ElementTree.Element]) -> None:
    """A check that a person gave all its points passes; the score is the one that counts."""
    classroom.hand_in("ada", "easy middle", open_="hard")
    book = classroom.close_door()
    book.mark(book.attempts()[0].id, "hard", 60, who="kim", why="right")
    root = valid(export(book, Rules(), "junit", "en"))

    assert root.findall(".//skipped") == []
    assert root.find(".//property[@name='score']").attrib["value"] == "100"
