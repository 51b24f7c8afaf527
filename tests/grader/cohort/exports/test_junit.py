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
    """A check that a person gave all its points passes; score and verdict are those that count; who, when and why."""
    classroom.hand_in("ada", "easy middle", open_="hard")
    classroom.hand_in("ben", "easy middle", open_="hard")
    book = classroom.close_door()
    ada, ben = (each.id for each in book.attempts())
    book.mark(ada, "hard", 20, who="kim", why="a third")
    book.mark(ada, "hard", 60, who="lee\x1b", why="right\nafter all")
    book.mark(ben, "hard", 20, who="kim", why="a third")
    root = valid(export(book, Rules(), "junit", "en"))
    first, second = ({each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")} for suite in root)
    decisions = [each.attrib["value"] for each in root[0].iter("property") if each.attrib["name"] == "decision:hard"]
    ((kim, lee), (failure,)) = decisions, root.findall(".//failure")

    assert root.findall(".//skipped") == []
    assert (first["score"], first["verdict"]) == ("100", "accepted")
    assert (second["score"], second["verdict"]) == ("60", "wrong_answer")
    assert (failure.text, failure.attrib["message"]) == ("Decided by a person.", "The hard one: failed")
    assert kim.startswith("20, kim, 20")
    assert kim.endswith(": a third")
    assert lee.startswith("60, lee\\x1b, 20")
    assert lee.endswith(": right\\x0aafter all")
