"""Writing a gradebook: taking in, grading once, deciding, forgetting."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.errors import ReportError
from grader.gradebook import Gradebook, Problem, State
from grader.gradebook.store import key_of
from grader.model import Outcome, Text

Make = Callable[..., Any]
PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


def test_what_is_taken_in_is_due(book: Gradebook, entry: Make, plan: Make) -> None:
    """In the order in which it came, with its bytes."""
    assert book.take_in([entry("ben", "b = 1"), entry("ada", "a = 1")]) == 2
    assert book.want(plan()) == 0

    due = book.due()

    assert [book.submission(each.attempt_id).source for each in due] == [b"b = 1", b"a = 1"]
    assert {each.state for each in book.attempts()} == {State.WAITING}
    assert book.count_due() == 2


def test_taking_in_again_changes_nothing(book: Gradebook, entry: Make) -> None:
    """The same bytes in the same place are the attempt that is known; other bytes are another attempt."""
    book.take_in([entry("ada", "a = 1")])

    assert book.take_in([entry("ada", "a = 1", at="2027")]) == 0
    assert book.take_in([entry("ada", "a = 2", at="2027")]) == 1
    assert [(each.number, each.submitted_at) for each in book.attempts()] == [(1, "2026"), (2, "2027")]


def test_a_chunk_is_taken_in_whole_or_not_at_all(book: Gradebook, entry: Make) -> None:
    """The second entry cannot be written, so the first is not there either."""
    broken = msgspec.structs.replace(entry("ben"), candidate=object())

    with pytest.raises(ReportError, match="cannot be used"):
        book.take_in([entry("ada"), broken])

    assert book.attempts() == []


def test_a_report_is_kept_row_by_row(graded: Make, entry: Make, report: Make) -> None:
    """Head, checks, diagnoses, times; and the whole, under the name of the attempt."""
    book = graded([entry("ada")], [report(PASSED, FAILED, diagnoses=(("minus", "times"), ()), ratio=1.5)])

    (attempt,) = book.attempts()
    assert (attempt.state, attempt.due, attempt.verdict, attempt.score, attempt.max_score) == (
        State.GRADED,
        False,
        "wrong_answer",
        10.0,
        20.0,
    )
    assert [(row.check, row.outcome, row.points) for row in book.checks()] == [("c0", PASSED, 10), ("c1", FAILED, 0)]
    assert [(row.mistake, row.confidence) for row in book.diagnoses()] == [
        ("minus", "exact"),
        ("times", "exact"),
        ("", "symptom"),
    ]
    (timing,) = book.timings()
    assert (timing.ratio, timing.high) == (1.5, None)
    whole = book.report(attempt.id)
    assert whole is not None
    assert whole.submission_name == "ada/sums.py"
    assert whole.timing[0].high == float("inf")


def test_equal_submissions_are_graded_once(book: Gradebook, entry: Make, plan: Make, report: Make) -> None:
    """Two candidates handed in the same bytes: one key, two reports, each under its own name."""
    book.take_in([entry("ada"), entry("ben")])
    book.want(plan())

    (due,) = book.due()

    assert book.count_due() == 2
    assert book.record(due.key, report(PASSED)) == 2
    names = [getattr(book.report(each.id), "submission_name", None) for each in book.attempts()]
    assert names == ["ada/sums.py", "ben/sums.py"]


def test_a_report_that_is_held_is_shared_with_who_comes_later(
    graded: Make, entry: Make, report: Make, plan: Make
) -> None:
    """The same bytes need no second grading in a later batch either."""
    book = graded([entry("ada")], [report(PASSED)])
    book.take_in([entry("ben")])

    assert book.want(plan()) == 2
    assert book.due() == []
    assert [each.score for each in book.attempts()] == [10.0, 10.0]


def test_recording_twice_records_once(book: Gradebook, entry: Make, plan: Make, report: Make) -> None:
    """Somebody else was faster: the first report stands."""
    book.take_in([entry("ada")])
    book.want(plan())
    (due,) = book.due()
    book.record(due.key, report(PASSED))

    assert book.record(due.key, report(FAILED)) == 0
    assert [each.score for each in book.attempts()] == [10.0]


@pytest.mark.parametrize("change", [{"version": "v2"}, {"seed": 8}])
def test_only_what_changed_is_due_again(graded: Make, entry: Make, report: Make, plan: Make, change: Any) -> None:
    """Another exercise version or seed: the old report stands until the new one comes, then its rows are replaced."""
    book = graded([entry("ada")], [report(PASSED, PASSED, diagnoses=(("minus",),))])
    assert book.want(plan()) == 1

    book.want(plan(**change))

    (attempt,) = book.attempts()
    assert (attempt.state, attempt.due, attempt.score) == (State.GRADED, True, 20.0)
    (due,) = book.due()
    book.record(due.key, report(FAILED))
    assert [row.outcome for row in book.checks()] == [FAILED]
    assert book.diagnoses() == []


def test_nothing_changed_leaves_the_same_bytes(file: Path, graded: Make, entry: Make, report: Make, plan: Make) -> None:
    """Not even the file is written to."""
    book = graded([entry("ada")], [report(PASSED)])
    book._rows("PRAGMA wal_checkpoint(TRUNCATE)")
    before = file.read_bytes()

    book.take_in([entry("ada")])
    book.want(plan())

    book._rows("PRAGMA wal_checkpoint(TRUNCATE)")
    assert file.read_bytes() == before


def test_a_key_depends_on_everything(plan: Make) -> None:
    """Exercise version, seed and submission each change it; nothing else does."""
    here = plan()["sums"]

    assert key_of(here, "a") == key_of(plan()["sums"], "a")
    keys = {key_of(here, "a"), key_of(here, "b"), key_of(plan("v2")["sums"], "a"), key_of(plan(seed=8)["sums"], "a")}
    assert len(keys) == 4


def test_a_fault_of_ours_stays_due(book: Gradebook, entry: Make, plan: Make, report: Make) -> None:
    """It carries its sentence until a grading succeeds."""
    book.take_in([entry("ada")])
    book.want(plan())
    (due,) = book.due()

    assert book.record_fault(due.key, Text("it broke", "坏了")) == 1

    (attempt,) = book.attempts()
    assert (attempt.state, attempt.due, attempt.problem) == (State.FAULT, True, Text("it broke", "坏了"))
    book.record(due.key, report(PASSED))
    assert book.attempts()[0].problem is None


def test_a_fault_of_a_grading_that_is_not_wanted_any_more_is_forgotten(
    graded: Make, entry: Make, report: Make, plan: Make
) -> None:
    """Graded, then a fault with another seed, then the first seed again: the report that is held is the one wanted."""
    book: Gradebook = graded([entry("ada")], [report(PASSED)])
    book.want(plan(seed=8))
    (due,) = book.due()
    book.record_fault(due.key, Text("it broke", "坏了"))
    assert book.attempts()[0].problem is not None

    assert book.want(plan()) == 1

    (attempt,) = book.attempts()
    assert (attempt.state, attempt.due, attempt.problem) == (State.GRADED, False, None)


def test_who_was_only_a_problem_goes_with_it(book: Gradebook, entry: Make) -> None:
    """A folder of handouts is no candidate with nothing; who handed something in stays."""
    batch = book.begin("folder", 7, "{}")
    book.take_in([entry("ada")])
    text = Text("it holds no submission", "没有提交")
    problems = [Problem(label=name, candidate=name, text=text) for name in ("ada", "resources")]
    book.close_intake(batch, problems)
    assert [each.name for each in book.candidates()] == ["ada", "resources"]

    book.close_intake(batch, [])

    assert [each.name for each in book.candidates()] == ["ada"]


def test_problems_are_those_of_the_last_reading(book: Gradebook) -> None:
    """What was mended since is no problem any more."""
    batch = book.begin("folder", 7, "{}")
    text = Text("it is a link", "是链接")
    book.close_intake(
        batch, [Problem(label="a", candidate="ada", text=text), Problem(label="b", candidate="", text=text)]
    )
    assert [(each.label, each.candidate) for each in book.problems()] == [("a", "ada"), ("b", "")]

    book.close_intake(batch, [Problem(label="b", candidate="", text=text)])

    assert [each.label for each in book.problems()] == ["b"]
    assert book.batches()[0].taken_in


def test_a_decision_outlives_a_new_grading(graded: Make, entry: Make, report: Make, plan: Make) -> None:
    """Who, when and why; the latest counts, and all are kept."""
    book = graded([entry("ada")], [report(PASSED, FAILED)])
    (attempt,) = book.attempts()
    book.mark(attempt.id, "c1", 4, who="kim", why="half right")
    book.mark(attempt.id, "c1", 6, who="lee", why="more than half")
    assert book.attempt(attempt.id).final_score == 16.0

    book.want(plan(version="v2"))
    (due,) = book.due()
    book.record(due.key, report(FAILED, FAILED))

    (attempt,) = book.attempts()
    assert (attempt.score, attempt.final_score, attempt.final_max_score) == (0.0, 6.0, 20.0)
    decisions = book.overrides([attempt.id])
    assert [(each.who, each.points, each.why) for each in decisions] == [
        ("kim", 4, "half right"),
        ("lee", 6, "more than half"),
    ]
    assert all(each.at.endswith("+00:00") for each in decisions)


def test_deciding_on_what_was_left_open_adds_to_the_maximum(graded: Make, entry: Make, report: Make) -> None:
    """A check that needs a person counts neither way until the person has spoken."""
    book = graded([entry("ada")], [report(PASSED, Outcome.NEEDS_PERSON)])
    (attempt,) = book.attempts()
    assert (attempt.final_score, attempt.final_max_score) == (10.0, 10.0)

    book.mark(attempt.id, "c1", 7, who="kim", why="good")

    attempt = book.attempt(attempt.id)
    assert (attempt.final_score, attempt.final_max_score) == (17.0, 20.0)


def test_forgetting_leaves_no_byte(file: Path, graded: Make, entry: Make, report: Make) -> None:
    """Name, source, report and reason are gone from the file, and from the log beside it; the others stay."""
    secret = "zanzibar_quux"
    book = graded([entry(secret, f"# {secret}"), entry("ben", "b = 1")], [report(PASSED), report(FAILED)])
    person = book.candidate(secret)
    assert person is not None
    (attempt,) = book.attempts(candidate_id=person.id)
    book.mark(attempt.id, "c0", 1, who="kim", why=secret)
    batch = book.begin("folder", 7, "{}")
    book.close_intake(batch, [Problem(label=f"{secret}.txt", candidate=secret, text=Text("x", "y"))])

    assert book.forget(person.id)

    assert [each.name for each in book.candidates()] == ["ben"]
    assert book.problems() == []
    assert book.overrides() == []
    assert [row.outcome for row in book.checks()] == [FAILED]
    left = b"".join(each.read_bytes() for each in file.parent.iterdir())
    assert secret.encode() not in left
    assert b"b = 1" in left


def test_forgetting_says_what_a_reader_keeps(
    file: Path, book: Gradebook, entry: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads an older state keeps its bytes in the file; with the last who has it open, they go."""
    monkeypatch.setattr("grader.gradebook.connection.BUSY_WALL_S", 0.05)
    secret = "zanzibar_quux"
    book.take_in([entry(secret, f"# {secret}"), entry("ben", "b = 1")])
    with Gradebook.open(file) as writer:
        reader = sqlite3.connect(file, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM candidate").fetchall()
        person = writer.candidate(secret)
        assert person is not None

        assert not writer.forget(person.id)

        assert [each.name for each in writer.candidates()] == ["ben"]
        reader.close()
    book.close()
    left = b"".join(each.read_bytes() for each in file.parent.iterdir())
    assert secret.encode() not in left
    assert b"b = 1" in left


def test_bytes_of_no_character_set_are_written_out(graded: Make, entry: Make, report: Make) -> None:
    """In the name of a folder, in a reason, in who says it; a person is found by such a name too."""
    book = graded([entry("\\xff")], [report(PASSED)])
    person = book.candidate("\udcff")
    assert person is not None
    (attempt,) = book.attempts(candidate_id=person.id)

    book.mark(attempt.id, "c0", 1, who="k\udcff", why="so \udcfe")

    (override,) = book.overrides()
    assert (override.who, override.why) == ("k\\xff", "so \\xfe")
    assert book.begin("/home/\udcff", 7, "{}").folder == "/home/\\xff"


def test_reading_goes_on_while_somebody_writes(file: Path, book: Gradebook, entry: Make) -> None:
    """A report can be made in the middle of a batch."""
    book.take_in([entry("ada")])
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")

    assert len(book.attempts()) == 1

    writer.execute("ROLLBACK")
    writer.close()
