"""The JSON document keeps to the schema that is published, as somebody else's validator reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema

from grader.cohort.exports.json import cohort_schema, json_document
from grader.cohort.roll import call_roll
from grader.cohort.rules import Rules
from grader.gradebook import Gradebook

if TYPE_CHECKING:
    from conftest import Classroom

PUBLISHED = Path(__file__).resolve().parents[4] / "docs" / "cohort.schema.json"


def test_the_published_schema_is_ours() -> None:
    """Whoever changes the document changes the page."""
    assert PUBLISHED.read_bytes() == cohort_schema()


def test_a_cohort_keeps_to_it(cohort_file: Path) -> None:
    """Forty people, two exercises."""
    schema = json.loads(PUBLISHED.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    with Gradebook.open(cohort_file) as book:
        document = json.loads(json_document(call_roll(book, Rules())))
    jsonschema.Draft202012Validator(schema).validate(document)

    assert len(document["candidates"]) == 39
    assert sum(len(each["results"]) for each in document["candidates"]) > 60


def test_decisions_and_hostile_names(classroom: Classroom, hostile_name: str) -> None:
    """Decisions are there with who and why; nothing in a string acts in a terminal or a page's script."""
    classroom.hand_in(hostile_name, "easy middle", open_="hard")
    book = classroom.close_door()
    book.mark(book.attempts()[0].id, "hard", 60, who="kim\x1b[31m", why="fine\u202e")
    written = json_document(call_roll(book, Rules()))
    jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_bytes())).validate(json.loads(written))
    result = json.loads(written)["candidates"][0]["results"][0]

    assert (result["score"], result["max_score"], result["verdict"]) == (100.0, 100.0, "accepted")
    assert [each["outcome"] for each in result["checks"]] == ["passed", "passed", "needs_person"]  # as graded
    assert result["decisions"][0]["points"] == 60
    assert not [each for each in written.decode() if (ord(each) < 32 and each != "\n") or each in "\u202e"]


def test_anonymous(classroom: Classroom) -> None:
    """No name anywhere in it."""
    classroom.hand_in("Rumpelstilzchen", "easy")
    document = json_document(call_roll(classroom.close_door(), Rules(), anonymous=True))

    assert b"Rumpelstilzchen" not in document
    assert json.loads(document)["candidates"][0]["name"] == "#01"
