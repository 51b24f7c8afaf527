"""One batch after the other into one gradebook, with an engine made up by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from grader.cohort import batch
from grader.cohort.engine import Result, Task
from grader.cohort.environment import said_options
from grader.cohort.local import LocalEngine
from grader.cohort.publish import publish
from grader.cohort.roll import call_roll
from grader.cohort.rules import Rules
from grader.cohort.summary import open_matters
from grader.config import Content
from grader.errors import GraderError, UsageError
from grader.examiner.client import Examiner
from grader.gradebook import Entry, Gradebook, Plan, State, store
from grader.gradebook.connection import sole
from grader.grading.options import GradeOptions
from grader.model import Outcome, Report, Submission, Text, Tier, Verdict

OPTIONS = GradeOptions(seed=7, timing=False)
HandIn = Callable[..., Path]


class Engine:
    """Hands back one report for everything, a fault for what says so, and stops where it is told."""

    def __init__(self, report: Report, stop_after: int = 1_000) -> None:
        self.report = report
        self.stop_after = stop_after
        self.graded: list[bytes] = []

    def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
        for task in tasks:
            if len(self.graded) == self.stop_after:
                raise GraderError("interrupted")
            self.graded.append(task.submission.source)
            if b"fault" in task.submission.source:
                yield Result(task.key, None, Text("it broke", "坏了"))
            else:
                yield Result(task.key, self.report)


@pytest.fixture(scope="session")
def a_report(examiner: Examiner, adder_reference: str) -> Report:
    (found,) = examiner.grade([Submission(exercise="adder", name="a", source=adder_reference.encode())])
    return found


@pytest.fixture
def engine(a_report: Report) -> Engine:
    return Engine(a_report)


def run(
    book: Gradebook, folder: Path, engine: Engine, options: GradeOptions = OPTIONS, *, resume: bool = False
) -> batch.Figures:
    terms = batch.agree(book, folder, options, resume=resume)
    figures, _ = batch.take_in(book, terms, folder)
    batch.grade_due(book, terms, engine, figures, lambda _: None)
    return figures


@pytest.fixture(autouse=True)
def _small(small_content: Content) -> None:
    """The tiny exercise is all there is."""


def test_the_second_run_grades_only_what_changed(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """And leaves the reports of the rest as they were, byte for byte."""
    hand_in("ada", "a = 1")
    hand_in("ben", "b = 1")
    first = run(cohort_book, handed_in, engine)
    assert (first.taken_in, first.graded, first.known) == (2, 2, 0)
    before = cohort_book._rows("SELECT * FROM paper ORDER BY attempt_id")

    hand_in("ben", "b = 2")
    second = run(cohort_book, handed_in, engine)

    assert (second.taken_in, second.graded, second.known) == (1, 1, 2)
    assert engine.graded == [b"a = 1", b"b = 1", b"b = 2"]
    assert cohort_book._rows("SELECT * FROM paper ORDER BY attempt_id LIMIT 2") == before


def test_the_seed_is_the_gradebooks(cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine) -> None:
    """Drawn once; a batch that asks for no other has the same, one that does grades all anew."""
    hand_in("ada")
    unsaid = msgspec.structs.replace(OPTIONS, seed=None)
    run(cohort_book, handed_in, engine, unsaid)
    seed = cohort_book.batches()[0].seed

    assert run(cohort_book, handed_in, engine, unsaid).graded == 0
    assert run(cohort_book, handed_in, engine, msgspec.structs.replace(OPTIONS, seed=seed)).graded == 0
    assert run(cohort_book, handed_in, engine, msgspec.structs.replace(OPTIONS, seed=seed + 1)).graded == 1
    assert [each.seed for each in cohort_book.batches()] == [seed, seed, seed, seed + 1]


def test_other_options_grade_anew(cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine) -> None:
    """A report without times is no report with times."""
    hand_in("ada")
    run(cohort_book, handed_in, engine)

    assert run(cohort_book, handed_in, engine, GradeOptions(seed=7, timing=True)).graded == 1


def test_an_interrupted_batch_goes_on(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, a_report: Report
) -> None:
    """With its seed and options; what was graded is not graded again; there is one batch, not two."""
    for number in range(5):
        hand_in(f"c{number}", f"x = {number}")
    with pytest.raises(GraderError, match="interrupted"):
        run(cohort_book, handed_in, Engine(a_report, stop_after=2))
    assert cohort_book.count_due() == 3
    engine = Engine(a_report)

    figures = run(cohort_book, handed_in, engine, msgspec.structs.replace(OPTIONS, seed=None), resume=True)

    assert (figures.known, figures.graded) == (2, 3)
    assert engine.graded == [b"x = 2", b"x = 3", b"x = 4"]
    (only,) = cohort_book.batches()
    assert only.finished_at is not None


def test_what_was_killed_while_it_read_the_folder_is_read_again(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """Nobody is missing."""
    hand_in("ada")
    hand_in("ben", "b = 1")
    batch.agree(cohort_book, handed_in, OPTIONS, resume=False)

    figures = run(cohort_book, handed_in, engine, resume=True)

    assert figures.graded == 2


def test_there_is_nothing_to_resume(cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine) -> None:
    """Neither in a new gradebook nor after a batch that ended."""
    hand_in("ada")
    with pytest.raises(UsageError, match="nothing to resume"):
        run(cohort_book, handed_in, engine, resume=True)
    run(cohort_book, handed_in, engine)
    with pytest.raises(UsageError, match="nothing to resume"):
        run(cohort_book, handed_in, engine, resume=True)


def test_resuming_with_other_options_is_refused(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """Half a batch with times and half without would be no batch; what it had is named."""
    hand_in("ada")
    batch.agree(cohort_book, handed_in, OPTIONS, resume=False)

    with pytest.raises(UsageError, match="with --seed 7 --no-timing\\. Give"):
        run(cohort_book, handed_in, engine, GradeOptions(seed=7), resume=True)


OTHERS = (
    GradeOptions(seed=7),
    GradeOptions(seed=7, timing=False, full=True),
    GradeOptions(seed=7, timing=False, require_tier=Tier.A),
)


@pytest.mark.parametrize(("options", "exercise"), [*((each, None) for each in OTHERS), (OPTIONS, "adder")])
def test_each_option_makes_another_batch(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, options: GradeOptions, exercise: str | None
) -> None:
    """Whichever of the two it was missing in; what is asked anew is a batch of its own."""
    hand_in("ada")
    first = batch.agree(cohort_book, handed_in, OPTIONS, resume=False)
    with pytest.raises(UsageError, match="The interrupted batch was of"):
        batch.agree(cohort_book, handed_in, options, resume=True, exercise=exercise)

    second = batch.agree(cohort_book, handed_in, options, resume=False, exercise=exercise)

    assert second.batch.id != first.batch.id
    again = batch.agree(cohort_book, handed_in, options, resume=True, exercise=exercise)
    assert (again.batch.id, again.options, again.exercise) == (second.batch.id, options, exercise)
    with pytest.raises(UsageError, match="The interrupted batch was of"):
        batch.agree(cohort_book, handed_in, OPTIONS, resume=True)


def test_going_on_without_the_exercise_is_refused(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """Else files of any name, not yet read, would all be problems, and the batch would end as finished."""
    hand_in("x").rename(handed_in / "ada.py")
    (handed_in / "x").rmdir()
    batch.agree(cohort_book, handed_in, OPTIONS, resume=False, exercise="adder")

    with pytest.raises(UsageError, match="--seed 7 --no-timing --exercise adder"):
        run(cohort_book, handed_in, engine, resume=True)

    terms = batch.agree(cohort_book, handed_in, OPTIONS, resume=True, exercise="adder")
    batch.take_in(cohort_book, terms, handed_in)
    assert [each.candidate for each in cohort_book.attempts()] == ["ada"]


def test_options_are_said_as_they_are_typed() -> None:
    """So that they can be copied."""
    everything = batch.Asked(seed=7, timing=False, full=True, require_tier=Tier.A_PLUS, exercise="adder")

    assert everything.typed() == "--seed 7 --no-timing --full --require-isolation A+ --exercise adder"


def test_a_batch_of_an_earlier_grader_is_gone_on_with(cohort_book: Gradebook, handed_in: Path, hand_in: HandIn) -> None:
    """Its options do not name the exercise."""
    hand_in("ada")
    first = cohort_book.begin(str(handed_in), 7, said_options(OPTIONS))

    assert batch.agree(cohort_book, handed_in, OPTIONS, resume=True).batch == first


def test_one_fault_is_told_and_tried_again(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """The others are graded; a person is asked; the next batch has another try."""
    hand_in("ada")
    hand_in("ben", "fault = 1")

    figures = run(cohort_book, handed_in, engine)

    assert (figures.graded, figures.faults, figures.persons) == (1, 1, 1)
    states = {each.candidate: each.state for each in cohort_book.attempts()}
    assert states == {"ada": State.GRADED, "ben": State.FAULT}
    assert run(cohort_book, handed_in, engine).faults == 1
    assert len(engine.graded) == 3


def test_an_empty_folder_is_said(cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine) -> None:
    """A slip of the path looks like this."""
    with pytest.raises(UsageError, match="holds no submission"):
        run(cohort_book, handed_in, engine)
    with pytest.raises(UsageError, match="nothing to resume"):
        run(cohort_book, handed_in, engine, resume=True)


def test_a_folder_is_looked_into_before_a_gradebook_is_made(tmp_path: Path, handed_in: Path, hand_in: HandIn) -> None:
    """Problems are no emptiness; our own files are."""
    book = handed_in / "gradebook.sqlite"
    for name in (book.name, f"{book.name}.lock"):
        (handed_in / name).touch()
    assert batch.is_empty(handed_in, book)

    (handed_in / "ada").mkdir()
    assert not batch.is_empty(handed_in, book)


def test_the_gradebook_may_lie_in_the_folder(handed_in: Path, hand_in: HandIn, engine: Engine) -> None:
    """Neither its own files are complained of, nor is its report a candidate."""
    hand_in("ada")
    with sole(handed_in / "gradebook.sqlite"), Gradebook.open(handed_in / "gradebook.sqlite", create=True) as book:
        for _ in range(2):
            assert run(book, handed_in, engine).problems == 0
            publish(handed_in / "report", [("index.html", "ada")])
        assert [each.name for each in book.candidates()] == ["ada"]


def test_reading_is_told(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In chunks, as they are written."""
    monkeypatch.setattr(batch, "_CHUNK", 2)
    for number in range(5):
        hand_in(f"c{number}", f"x = {number}")
    told: list[int] = []

    terms = batch.agree(cohort_book, handed_in, OPTIONS, resume=False)
    batch.take_in(cohort_book, terms, handed_in, tell=told.append)

    assert told == [2, 2]


def test_exercises_that_something_is_due_of(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """One that is gone since, or of which everything is graded, concerns no machine."""
    hand_in("ada")
    run(cohort_book, handed_in, engine)
    gone = Submission(exercise="gone", name="ben/gone.py", source=b"")
    cohort_book.take_in([Entry(candidate="ben", ordinal=1, submitted_at="", submission=gone)])
    cohort_book.want({"gone": Plan(exercise="gone", version="1", seed=7, environment="", options="")})
    assert [each.exercise for each in cohort_book.due()] == ["gone"]
    assert batch.due_slugs(cohort_book) == []

    hand_in("cem", "c = 1")
    batch.take_in(cohort_book, batch.agree(cohort_book, handed_in, OPTIONS, resume=False), handed_in)
    assert batch.due_slugs(cohort_book) == ["adder"]


def test_an_empty_folder_is_said_on_a_gradebook_that_holds_something_too(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine, tmp_path: Path
) -> None:
    """It is no error then, for what was handed in before may be due."""
    hand_in("ada")
    run(cohort_book, handed_in, engine)
    (tmp_path / "elsewhere").mkdir()
    terms = batch.agree(cohort_book, tmp_path / "elsewhere", OPTIONS, resume=False)

    _, notes = batch.take_in(cohort_book, terms, tmp_path / "elsewhere")

    assert ["Nothing was taken in from" in note.en for note in notes] == [True]
    assert len(cohort_book.attempts()) == 1


def test_files_that_are_gone_are_not_forgotten(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """What was handed in stays in the gradebook, and is graded anew like the rest."""
    hand_in("ada").unlink()
    hand_in("ben")
    path = hand_in("cem", "c = 1")
    run(cohort_book, handed_in, engine)
    path.unlink()

    figures = run(cohort_book, handed_in, engine, GradeOptions(seed=8, timing=False))

    assert figures.graded == 2
    assert [each.label for each in cohort_book.problems()] == ["ada", "cem"]


@pytest.mark.parametrize("outcome", [Outcome.NEEDS_PERSON, Outcome.TOO_NOISY, Outcome.GRADER_FAULT])
def test_what_needs_a_person_is_counted_until_one_decides(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, a_report: Report, outcome: Outcome
) -> None:
    """What no machine can judge, or what ours could not, in an answer that is wrong besides."""
    hand_in("ada")
    first, *others = a_report.checks
    checks = (msgspec.structs.replace(first, outcome=outcome, points=0.0), *others)
    report = msgspec.structs.replace(a_report, verdict=Verdict.WRONG_ANSWER, checks=checks)

    figures = run(cohort_book, handed_in, Engine(report))
    assert figures.persons == 1

    cohort_book.mark(cohort_book.attempts()[0].id, first.check.id, 0, who="kim", why="no")
    assert run(cohort_book, handed_in, Engine(report)).persons == 0


@pytest.mark.parametrize(("count", "persons"), [("best", 0), ("latest", 1)])
def test_an_attempt_that_does_not_count_asks_nobody(
    cohort_book: Gradebook,
    handed_in: Path,
    hand_in: HandIn,
    a_report: Report,
    count: Literal["best", "latest"],
    persons: int,
) -> None:
    """The first is right, the second open: who is asked depends on which of them counts, as in the report."""
    first, *others = a_report.checks
    open_ = msgspec.structs.replace(first, outcome=Outcome.NEEDS_PERSON, points=0.0)
    undecided = msgspec.structs.replace(a_report, verdict=Verdict.NEEDS_PERSON, checks=(open_, *others), score=0.0)
    hand_in("ada")
    run(cohort_book, handed_in, Engine(a_report))
    hand_in("ada", "x = 2", "adder.2.py")
    run(cohort_book, handed_in, Engine(undecided))
    rules = Rules(count=count)

    assert batch.count_persons(cohort_book, rules) == persons
    matters = open_matters(call_roll(cohort_book, rules))
    assert len(matters) == persons


def test_a_fault_of_a_later_attempt_leaves_the_graded_one_counting(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """It is told as a fault and tried again; the attempt that counts asks nobody, as in the report."""
    hand_in("ada")
    run(cohort_book, handed_in, engine)
    hand_in("ada", "fault = 1", "adder.2.py")

    figures = run(cohort_book, handed_in, engine)

    assert (figures.faults, figures.persons) == (1, 0)
    assert batch.count_persons(cohort_book, Rules(count="latest")) == 0
    assert open_matters(call_roll(cohort_book, Rules())) == ()


def test_grade_and_report_agree_after_a_fault(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine
) -> None:
    """The old report stands, and a person is told; once the earlier grading is wanted again, nobody is."""
    hand_in("ada")
    run(cohort_book, handed_in, engine)

    class Broken(Engine):
        def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
            for task in tasks:
                yield Result(task.key, None, Text("it broke", "坏了"))

    anew = run(cohort_book, handed_in, Broken(engine.report), msgspec.structs.replace(OPTIONS, seed=8))
    assert (anew.faults, anew.persons) == (1, 1)
    assert open_matters(call_roll(cohort_book, Rules()))

    again = run(cohort_book, handed_in, engine)
    assert (again.known, again.persons) == (1, 0)
    assert open_matters(call_roll(cohort_book, Rules())) == ()


def test_a_run_that_failed_before_any_check_needs_a_person(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, a_report: Report
) -> None:
    """There is nothing in it that could be marked."""
    hand_in("ada")

    figures = run(
        cohort_book, handed_in, Engine(msgspec.structs.replace(a_report, verdict=Verdict.GRADER_FAULT, checks=()))
    )

    assert figures.persons == 1


def test_the_real_engine(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, adder_with: Callable[..., str], adder_content: Content
) -> None:
    """From a folder to grades, checks and the name of a mistake."""
    hand_in("ada")
    hand_in("ben", (adder_content.solutions / "adder" / "mistakes" / "subtracts.py").read_text())
    hand_in("cem", "def add(a, b):\n    raise SystemExit")

    figures = run(cohort_book, handed_in, LocalEngine(OPTIONS, jobs=2))  # type: ignore[arg-type]

    assert figures.graded == 3
    verdicts = {each.candidate: each.verdict for each in cohort_book.attempts()}
    assert verdicts["ada"] == "accepted"
    assert verdicts["ben"] == "wrong_answer"
    assert "subtracts" in {row.mistake for row in cohort_book.diagnoses()}


def test_a_clock_that_was_set_back_confuses_nothing(
    cohort_book: Gradebook, handed_in: Path, hand_in: HandIn, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came later is told by the order of writing: the last batch, the decision that counts."""
    hand_in("ada")
    run(cohort_book, handed_in, engine)
    (attempt,) = cohort_book.attempts()
    check = cohort_book.checks()[0].check
    cohort_book.mark(attempt.id, check, 1, who="kim", why="first")
    monkeypatch.setattr(store, "now", lambda: "1999-12-31T23:59:59+00:00")

    cohort_book.mark(attempt.id, check, 2, who="kim", why="second")
    figures = run(cohort_book, handed_in, engine)

    assert figures.known == 1
    assert cohort_book.checks()[0].override == 2
    assert [each.started_at[:4] for each in cohort_book.batches()][-1] == "1999"
