"""`grader mark`: a person's decision, with who, when and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.config import Content
from grader.examiner.client import Examiner, GradeOptions
from grader.gradebook import Entry, Gradebook, Plan
from grader.model import Outcome, Report, Submission

Cli = Callable[..., Any]
BOOK = Path("grades/gradebook.sqlite")


@pytest.fixture(scope="module")
def a_report(adder_content: Content, adder_with: Callable[..., str]) -> Report:
    """The report on a solution with something wrong in it."""
    submission = Submission(exercise="adder", name="a.py", source=adder_with("return 0").encode())
    with Examiner(options=GradeOptions(seed=7, timing=False), content=adder_content) as started:
        return next(iter(started.grade([submission])))


@pytest.fixture(autouse=True)
def _book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, a_report: Report) -> None:
    """Two attempts of ada's for `adder`, and one for an exercise with checks of the same names."""
    monkeypatch.chdir(tmp_path)
    BOOK.parent.mkdir()
    with Gradebook.open(BOOK, create=True) as book:
        for slug, source in (("adder", b"1"), ("adder", b"2"), ("other", b"3")):
            submission = Submission(exercise=slug, name="ada.py", source=source)
            book.take_in([Entry(candidate="ada", ordinal=int(source), submitted_at="", submission=submission)])
        plans = {s: Plan(exercise=s, version="", seed=1, environment="", options="") for s in ("adder", "other")}
        book.want(plans)
        for due in book.due():
            book.record(due.key, msgspec.structs.replace(a_report, exercise=due.exercise))


def check() -> tuple[str, float]:
    with Gradebook.open(BOOK) as book:
        row = next(each for each in book.checks() if each.points == 0)
    return row.check, row.max_points


def test_a_decision_is_kept_and_told(cli: Cli) -> None:
    """On the latest attempt, by whoever is at the keyboard unless a name is given."""
    name, most = check()

    done = cli("mark", "ada", name, str(most), "--why", " half right ", "--exercise", "adder", "--by", "kim")

    assert done.code == 0
    assert f"ada, adder, attempt 2, {name}: 0 -> {most:g} points." in done.out
    with Gradebook.open(BOOK) as book:
        (kept,) = book.overrides()
        assert (kept.check, kept.points, kept.who, kept.why) == (name, most, "kim", "half right")
        assert book.attempt(kept.attempt_id).number == 2


def test_an_earlier_attempt(cli: Cli) -> None:
    """Where it is said."""
    name, _ = check()

    cli("mark", "ada", name, "1", "--why", "x", "--exercise", "adder", "--attempt", "1")

    with Gradebook.open(BOOK) as book:
        assert book.attempt(book.overrides()[0].attempt_id).number == 1


def leave_open(*attempts: int) -> str:
    """Grade `adder` anew: the check that was wrong is open now in these attempts. Gives its id."""
    name, _ = check()
    with Gradebook.open(BOOK) as book:
        book.want({"adder": Plan(exercise="adder", version="2", seed=1, environment="", options="")})
        for due in book.due():
            report = book.report(due.attempt_id)
            assert report is not None
            outcome = Outcome.NEEDS_PERSON if book.attempt(due.attempt_id).number in attempts else Outcome.FAILED
            checks = [
                msgspec.structs.replace(each, outcome=outcome) if each.check.id == name else each
                for each in report.checks
            ]
            book.record(due.key, msgspec.structs.replace(report, checks=tuple(checks)))
    return name


@pytest.mark.parametrize(
    ("waiting", "count", "chosen"),
    [((1,), "latest", 1), ((2,), "best", 2), ((1, 2), "best", 1), ((1, 2), "latest", 2), ((), "best", 2)],
)
def test_the_attempt_that_waits(cli: Cli, waiting: tuple[int, ...], count: str, chosen: int) -> None:
    """The one that waits for a decision, of several the one that the report asks about; and it is said which it was."""
    name = leave_open(*waiting)
    (BOOK.parent / "cohort.toml").write_text(f'schema = 1\ncount = "{count}"\n', encoding="utf-8")

    done = cli("mark", "ada", name, "1", "--why", "x", "--exercise", "adder")

    assert f"attempt {chosen}, {name}" in done.out
    assert done.err == f"That was attempt {chosen}. Say --attempt for another: {3 - chosen}.\n"
    with Gradebook.open(BOOK) as book:
        assert book.attempt(book.overrides()[0].attempt_id).number == chosen


def test_nothing_is_graded_yet(cli: Cli) -> None:
    """That is something else than a check that is not there."""
    with Gradebook.open(BOOK) as book:
        submission = Submission(exercise="adder", name="eve.py", source=b"4")
        book.take_in([Entry(candidate="eve", ordinal=1, submitted_at="", submission=submission)])
    name, _ = check()

    done = cli("mark", "eve", name, "1", "--why", "x")

    assert (done.code, "Nothing that eve handed in there is graded yet" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bob", "{check}", "1"], "There is no candidate 'bob'"),
        (["ada", "nothing", "1"], "has no check 'nothing' there. There are: "),
        (["ada", "{check}", "1"], "is a check of several exercises: adder, other."),
        (["ada", "{check}", "1000", "--exercise", "adder"], "has from 0 to"),
        (["ada", "{check}", "-0.5", "--exercise", "adder"], "no option -0"),
        (["ada", "{check}", "nan", "--exercise", "adder"], "has from 0 to"),
        (["ada", "{check}", "1", "--exercise", "adder", "--attempt", "7"], "has no attempt 7 there. There are: 1, 2."),
        (["ada", "{check}", "1", "--exercise", "third"], "Nothing that ada handed in there is graded yet."),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value).replace("{check}", "C"),
)
def test_usage(cli: Cli, arguments: list[str], said: str) -> None:
    """A sentence, exit 2, and nothing is kept."""
    name, _ = check()

    done = cli("mark", *(each.format(check=name) for each in arguments), "--why", "x")

    assert done.code == 2
    assert said in done.err
    with Gradebook.open(BOOK) as book:
        assert book.overrides() == []


def test_a_decision_needs_a_reason(cli: Cli) -> None:
    """Neither none nor blanks."""
    name, _ = check()

    assert cli("mark", "ada", name, "1", "--exercise", "adder").code == 2
    assert "needs a reason" in cli("mark", "ada", name, "1", "--exercise", "adder", "--why", "  ").err


def test_there_is_no_gradebook(cli: Cli) -> None:
    """The sentence says how to get one."""
    done = cli("mark", "ada", "x", "1", "--why", "x", "--gradebook", "none.sqlite")

    assert (done.code, "Run grader grade first" in done.err) == (2, True)
