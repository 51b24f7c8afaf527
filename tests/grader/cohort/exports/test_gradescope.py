"""Gradescope's `results.json`, by the fields that its specification of autograders documents."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import jsonschema

from grader.cohort.exports.write import export
from grader.cohort.rules import ExerciseRules, LateRules, Rules
from grader.gradebook import Gradebook

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Classroom

FORMATS = ["text", "html", "simple_format", "md", "ansi"]
VISIBLE = ["hidden", "after_due_date", "after_published", "visible"]
# From the page "Autograder Specifications": every documented field, and no other.
DOCUMENTED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number", "minimum": 0},
        "output": {"type": "string"},
        "output_format": {"enum": FORMATS},
        "test_output_format": {"enum": FORMATS},
        "test_name_format": {"enum": FORMATS},
        "visibility": {"enum": VISIBLE},
        "stdout_visibility": {"enum": VISIBLE},
        "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": {"enum": FORMATS},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": {"enum": FORMATS},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": {"enum": VISIBLE},
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}


def opened(document: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
        results = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    for each in results.values():
        jsonschema.Draft202012Validator(DOCUMENTED).validate(each)
    return results


def test_only_documented_fields(cohort_file: Path) -> None:
    """One file a candidate and exercise."""
    with Gradebook.open(cohort_file) as book:
        results = opened(export(book, Rules(), "gradescope", "zh"))
        handed_in = {(each.candidate_id, each.exercise) for each in book.attempts()}

    assert len(results) == len(handed_in)
    assert all(name.endswith("/results.json") for name in results)


def test_lateness_and_decisions_are_in_the_score(classroom: Classroom) -> None:
    """Gradescope shows one number; it is the one that counts."""
    classroom.hand_in("ada", "easy middle", open_="hard", at="2026-11-03T10:00:00+00:00")
    book = classroom.close_door()
    book.mark(book.attempts()[0].id, "hard", 60, who="kim", why="right")
    rules = Rules(
        exercises={"adder": ExerciseRules(deadline=_when("2026-11-03T09:00:00+00:00"))},
        late=LateRules(percent_per_day=20),
    )
    (results,) = opened(export(book, rules, "gradescope", "en")).values()

    assert results["score"] == 80
    assert "Handed in late: 80 % kept." in results["output"]
    assert [(each["score"], each["status"]) for each in results["tests"]] == [
        (10, "passed"),
        (30, "passed"),
        (60, "passed"),
    ]
    assert results["tests"][2]["output"] == "Decided by a person."
    assert results["output"].startswith("Accepted")
    assert results["extra_data"]["verdict"] == "accepted"


def test_what_is_not_decided_is_not_lost(classroom: Classroom) -> None:
    """It has its word, and neither points nor a status: Gradescope would show 0 of 60, failed."""
    classroom.hand_in("ada", "easy middle", open_="hard")
    (results,) = opened(export(classroom.close_door(), Rules(), "gradescope", "en")).values()
    easy, middle, hard = results["tests"]

    assert {"score", "max_score", "status"}.isdisjoint(hard)
    assert hard["output"].startswith("needs a person")
    assert (results["score"], sum(each["max_score"] for each in (easy, middle))) == (40, 40)


def test_a_part_of_the_points_is_no_pass(classroom: Classroom) -> None:
    """It stands there with the points that the person gave."""
    classroom.hand_in("ada", "easy middle", open_="hard")
    book = classroom.close_door()
    book.mark(book.attempts()[0].id, "hard", 20, who="kim", why="a third")
    (results,) = opened(export(book, Rules(), "gradescope", "en")).values()

    assert [(each["score"], each["max_score"], each["status"]) for each in results["tests"]][2] == (20, 60, "failed")
    assert results["score"] == 60


def test_students_see_what_an_assessment_shows(classroom: Classroom) -> None:
    """Neither what hidden checks said nor what the code printed, nor a name in a file name."""
    classroom.hand_in("Rumpelstilzchen", "", output="printed inputs")
    document = export(classroom.close_door(), Rules(), "gradescope", "en")
    (results,) = opened(document).values()
    easy, middle, hard = results["tests"]

    assert "secret inside" in easy["output"]  # visible to the candidate anyway
    assert "secret inside" not in middle["output"] + hard["output"]
    assert "printed inputs" not in json.dumps(results)
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert not [name for name in archive.namelist() if "Rumpel" in name]
        assert "Rumpelstilzchen" in archive.read("manifest.csv").decode()


def test_hostile_names_stay_out_of_paths(classroom: Classroom, hostile_name: str) -> None:
    """Names of files are drawn at random; the manifest is inert."""
    classroom.hand_in(hostile_name)
    classroom.hand_in("../../x")
    document = export(classroom.close_door(), Rules(), "gradescope", "en")
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        names = archive.namelist()
        manifest = archive.read("manifest.csv").decode()

    assert all(name.replace("/", "").replace("_", "").replace(".", "").isalnum() for name in names)
    assert "\"'=HYPERLINK" in manifest


def _when(text: str) -> Any:
    import datetime

    return datetime.datetime.fromisoformat(text)
