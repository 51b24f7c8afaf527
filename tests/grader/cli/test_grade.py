"""`grader grade`: what it says, how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from grader import config, timing
from grader.cohort import cluster, local
from grader.cohort.engine import Result, Task
from grader.cohort.publish import publish
from grader.config import Content
from grader.errors import IsolationError, ReportError
from grader.examiner.client import Examiner, GradeOptions
from grader.gradebook import Entry, Gradebook
from grader.model import Outcome, Report, Submission, Text, Verdict

Cli = Callable[..., Any]


class Engine:
    """In the place of the local engine: one report for everything, or what the source says."""

    report: Report
    made: ClassVar[list[Engine]] = []

    def __init__(self, options: Any, *, jobs: int) -> None:
        self.options, self.jobs = options, jobs
        self.made.append(self)

    def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
        for task in tasks:
            if b"fault" in task.submission.source:
                yield Result(task.key, None, Text("it broke", "坏了"))
            elif b"no wall" in task.submission.source:
                raise IsolationError("no wall", "没有隔离")
            else:
                yield Result(task.key, self.report)


@pytest.fixture(scope="module")
def a_report(adder_content: Content, adder_reference: str) -> Report:
    """The report on the right solution."""
    submission = Submission(exercise="adder", name="a.py", source=adder_reference.encode())
    with Examiner(options=GradeOptions(seed=7, timing=False), content=adder_content) as started:
        return next(iter(started.grade([submission])))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, adder_content: Content, a_report: Report) -> type[Engine]:
    monkeypatch.setattr(config, "content", lambda: adder_content)
    Engine.report = a_report
    Engine.made = []
    monkeypatch.setattr(local, "LocalEngine", Engine)
    return Engine


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The instructor's desk is the current folder; `in` holds what was handed in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()

    def put(candidate: str, source: str = "x = 1") -> None:
        (tmp_path / "in" / candidate).mkdir()
        (tmp_path / "in" / candidate / "adder.py").write_text(source)

    return put


def test_a_folder_becomes_a_gradebook(cli: Cli, engine: type[Engine], room: Callable[..., None]) -> None:
    """In ./grades, with one submission a core at once; the second time there is nothing to do."""
    room("ada")
    room("ben", "y = 2")

    done = cli("grade", "in")

    assert done.code == 0
    assert done.out.splitlines()[0] == "2 submissions graded."
    assert "Gradebook: " in done.out
    assert engine.made[0].jobs == timing.usable_cores()
    with Gradebook.open(Path("grades/gradebook.sqlite")) as book:
        assert [each.candidate for each in book.attempts()] == ["ada", "ben"]
    again = cli("grade", "in", "--lang", "zh")
    assert again.code == 0
    assert again.out.splitlines()[:2] == ["评完 0 份提交。", "2 份以前评过，没有变化。"]


def test_options_reach_the_engine(cli: Cli, engine: type[Engine], room: Callable[..., None]) -> None:
    """Each option of the command is one of the grading."""
    room("ada")

    cli(
        *["grade", "in", "--out", "spring", "--jobs", "3", "--seed", "11", "--no-timing", "--full"],
        *["--require-isolation", "b"],
    )

    (made,) = engine.made
    assert made.jobs == 3
    assert (made.options.seed, made.options.timing, made.options.full, made.options.require_tier) == (
        11,
        False,
        True,
        "B",
    )
    assert Path("spring/gradebook.sqlite").exists()


def test_what_cannot_be_taken_in_is_said_and_the_rest_is_graded(
    cli: Cli, engine: type[Engine], room: Callable[..., None]
) -> None:
    """Exit 1: somebody must look."""
    room("ada")
    Path("in/ben").mkdir()

    done = cli("grade", "in")

    assert done.code == 1
    assert "grader: ben holds no submission. Wanted: adder.py." in done.err
    assert "1 submission graded." in done.out
    assert "1 could not be taken in; see above." in done.out


def test_a_fault_of_ours_is_said_and_the_rest_is_graded(
    cli: Cli, engine: type[Engine], room: Callable[..., None]
) -> None:
    """Exit 1, with the sentence beside the submission's name."""
    room("ada")
    room("ben", "fault = 1")

    done = cli("grade", "in")

    assert done.code == 1
    assert "grader: ben/adder.py: it broke" in done.err
    assert "1 could not be graded, by our fault; the next run tries again." in done.out


def test_what_needs_a_person_is_counted(cli: Cli, engine: type[Engine], room: Callable[..., None]) -> None:
    """Exit 1 for this too, whatever else is wrong; a wrong answer alone is no such thing."""
    import msgspec

    room("ada")
    wrong = msgspec.structs.replace(engine.report, verdict=Verdict.WRONG_ANSWER)
    undecided = msgspec.structs.replace(wrong.checks[0], outcome=Outcome.NEEDS_PERSON, points=0.0)
    engine.report = msgspec.structs.replace(wrong, checks=(undecided, *wrong.checks[1:]))
    done = cli("grade", "in")
    assert done.code == 1
    assert "1 needs a person." in done.out

    engine.report = wrong
    assert cli("grade", "in", "--seed", "5", "--out", "other").code == 0


def test_without_isolation_nothing_is_graded(cli: Cli, engine: type[Engine], room: Callable[..., None]) -> None:
    """Our matter: exit 3; the batch can be gone on with."""
    room("ada", "no wall")

    assert cli("grade", "in").code == 3
    (Path("in/ada/adder.py")).write_text("x = 1")
    assert cli("grade", "in", "--resume").code == 3  # what was handed in first is still due


def test_a_full_disk_stops_the_batch_with_a_sentence(
    cli: Cli, engine: type[Engine], room: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was graded by then is kept; `--resume` goes on once there is room."""
    for name in ("ada", "ben", "cem"):
        room(name, f"x = '{name}'")
    record, calls = Gradebook.record, []

    def fill(self: Gradebook, key: str, report: Report) -> int:
        calls.append(key)
        if len(calls) == 2:
            raise ReportError("The disk is full.", "磁盘已满。")
        return record(self, key, report)

    monkeypatch.setattr(Gradebook, "record", fill)

    done = cli("grade", "in")
    assert (done.code, "The disk is full." in done.err) == (3, True)

    done = cli("grade", "in", "--resume")
    assert (done.code, done.out.splitlines()[:2]) == (
        0,
        ["2 submissions graded.", "1 was graded before and has not changed."],
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere is not a folder"),
        (["empty"], "empty holds no submission"),
        (["empty", "--exercise", "adder"], "empty holds no submission"),
        (["in", "--seed", "-1"], "The seed must be from 0"),
        (["in", "--engine", "dask"], "belong together"),
        (["in", "--scheduler", "tcp://x"], "belong together"),
        (["in", "--engine", "dask", "--scheduler", "tcp://x", "--jobs", "2"], "--jobs is for grading on this machine"),
        (["in", "--exercise", "ader"], "Did you mean adder?"),
        (["in", "--resume"], "nothing to resume"),
        (["in", "--out", "file/x"], "cannot be made"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_usage(cli: Cli, engine: type[Engine], room: Callable[..., None], arguments: list[str], said: str) -> None:
    """A sentence, exit 2, and nothing is made of it: no folder, no gradebook, no batch to be gone on with."""
    room("ada")
    Path("file").touch()
    Path("empty").mkdir()
    before = sorted(Path().rglob("*"))

    done = cli("grade", *arguments)

    assert done.code == 2
    assert said in done.err
    assert done.out == ""
    assert sorted(Path().rglob("*")) == before


def test_an_empty_folder_leaves_no_batch_in_a_gradebook_that_is_there(
    cli: Cli, engine: type[Engine], room: Callable[..., None]
) -> None:
    """What was asked can never be done, so there is nothing to resume."""
    Path("grades").mkdir()
    Gradebook.open(Path("grades/gradebook.sqlite"), create=True).close()

    assert "in holds no submission" in cli("grade", "in").err

    assert "no batch of" in cli("grade", "in", "--resume").err


def test_the_gradebook_may_lie_among_the_submissions(cli: Cli, engine: type[Engine], room: Callable[..., None]) -> None:
    """Its own files and pages are neither complained of nor graded, from the first run to the last."""
    room("ada")
    assert cli("grade", "in", "--out", "in").code == 0
    publish(Path("in/report"), [("index.html", "ada")])

    done = cli("grade", "in", "--out", "in")

    assert (done.code, done.out.splitlines()[:2]) == (
        0,
        ["0 submissions graded.", "1 was graded before and has not changed."],
    )
    with Gradebook.open(Path("in/gradebook.sqlite")) as book:
        assert [each.name for each in book.candidates()] == ["ada"]


def test_a_batch_is_gone_on_with_the_exercise_that_it_had(
    cli: Cli, engine: type[Engine], room: Callable[..., None]
) -> None:
    """Without it, files that name no exercise would be problems; the sentence says what to type."""
    Path("in/ada.py").write_text("no wall")
    assert cli("grade", "in", "--exercise", "adder", "--seed", "5").code == 3

    for language, told in (("en", "with --seed 5 --exercise adder."), ("zh", "选项是 --seed 5 --exercise adder。")):
        done = cli("grade", "in", "--resume", "--lang", language)
        assert done.code == 2
        assert told in done.err


@pytest.mark.parametrize(("rules", "code"), [("", 0), ('count = "latest"', 1), ("broken", 0)])
def test_who_is_asked_for_is_who_the_report_asks_for(
    cli: Cli, engine: type[Engine], room: Callable[..., None], rules: str, code: int
) -> None:
    """An attempt that does not count asks nobody. By the rules beside the gradebook; if they are broken, by none."""
    import msgspec

    room("ada")
    Path("grades").mkdir()
    Path("grades/cohort.toml").write_text(f"schema = 1\n{rules}\n")
    assert cli("grade", "in").code == 0
    first, *others = engine.report.checks
    open_ = msgspec.structs.replace(first, outcome=Outcome.NEEDS_PERSON, points=0.0)
    engine.report = msgspec.structs.replace(
        engine.report, verdict=Verdict.NEEDS_PERSON, checks=(open_, *others), score=0.0
    )
    Path("in/ada/adder.2.py").write_text("x = 2")

    done = cli("grade", "in")

    assert done.code == code
    assert ("1 needs a person." in done.out) == bool(code)


def test_the_cluster_is_asked_where_it_is_said(
    cli: Cli, engine: type[Engine], room: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the scheduler's address and the exercises of the batch."""
    room("ada")
    asked: list[Any] = []

    class Far(Engine):
        def __init__(self, options: Any, *, scheduler: str, slugs: list[str]) -> None:
            asked.append((scheduler, slugs, options.seed))

    Far.report = engine.report
    monkeypatch.setattr(cluster, "DaskEngine", Far)

    assert cli("grade", "in", "--engine", "dask", "--scheduler", "tcp://h:1", "--seed", "3").code == 0
    assert asked == [("tcp://h:1", ["adder"], 3)]


def test_the_cluster_is_not_asked_for_an_exercise_that_is_gone(
    cli: Cli, engine: type[Engine], room: Callable[..., None], monkeypatch: pytest.MonkeyPatch, adder_content: Content
) -> None:
    """The gradebook still holds submissions of it; the others are graded."""
    room("ada")
    Path("grades").mkdir()
    with Gradebook.open(Path("grades/gradebook.sqlite"), create=True) as book:
        gone = Submission(exercise="gone", name="ben/gone.py", source=b"")
        book.take_in([Entry(candidate="ben", ordinal=1, submitted_at="", submission=gone)])
    made: list[cluster.DaskEngine] = []

    class Far(cluster.DaskEngine):
        def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
            made.append(self)
            for task in tasks:
                yield Result(task.key, engine.report)

    monkeypatch.setattr(cluster, "DaskEngine", Far)

    done = cli("grade", "in", "--engine", "dask", "--scheduler", "tcp://h:1")

    assert "1 submission graded." in done.out
    assert [set(each._stamp.exercises) for each in made] == [{"adder"}]


def test_hostile_names_do_not_act_on_the_terminal(cli: Cli, engine: type[Engine], room: Callable[..., None]) -> None:
    """Nothing that a stranger called a folder reaches the terminal as it is."""
    Path("in/a\x1b[2Jb\u202e").mkdir()

    done = cli("grade", "in")

    assert "\x1b" not in done.err + done.out
    assert "\u202e" not in done.err + done.out
    assert "\\x1b[2J" in done.err


def test_no_name_makes_a_line_of_its_own(cli: Cli, engine: type[Engine], room: Callable[..., None]) -> None:
    """A build log obeys what begins a line, a person believes it: of problems, of notes, of faults."""
    name = "x\n::error file=a.py,line=1::pwned\n##[command]y"
    Path("in", name).mkdir()
    room(f"ada\n{name}", "fault = 1")
    room(f"ada\n{name} ", "fault = 2")

    done = cli("grade", "in")

    lines = (done.err + done.out).splitlines()
    assert sum("pwned" in line for line in lines) >= 3
    assert not [line for line in lines if line.startswith(("::", "##[", "grader: 40"))]
    assert "::error" not in done.err
    assert "##[" not in done.err


def test_the_real_thing(tmp_path: Path) -> None:
    """As a process, on the exercise without torch: graded in one run, nothing left to do in the next."""
    command = Path(__file__).parents[1] / "faults" / "command.py"
    content = Path(__file__).parents[1] / "data" / "content"
    (tmp_path / "in" / "ada").mkdir(parents=True)
    reference = (content / "solutions" / "adder" / "adder.py").read_bytes()
    (tmp_path / "in" / "ada" / "adder.py").write_bytes(reference)

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(command), str(content), "best", "grade", "in", "--no-timing", "--lang", "en"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "COLUMNS": "80"},
        )

    first, second = run(), run()

    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout.startswith("1 submission graded.")
    assert "1 of 1 done" in first.stderr
    assert second.stdout.startswith("0 submissions graded.\n1 was graded before")
    with Gradebook.open(tmp_path / "grades" / "gradebook.sqlite") as book:
        assert book.attempts()[0].verdict == "accepted"
        assert book.submission(1) == Submission(exercise="adder", name="ada/adder.py", source=reference)
