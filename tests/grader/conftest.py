"""A tiny exercise without torch (`data/content`), a zygote for it, and submissions made up by the test."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from grader.catalog.load import load
from grader.config import Content, content_of_checkout
from grader.exam.program import Program
from grader.exam.seat import Seat
from grader.exam.supply import Supply
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Check, CheckKind, Exercise, Report, Submission, Text
from grader.sandbox import Zygote, start_zygote

CONTENT = Path(__file__).parent / "data" / "content"
PATIENCE_WALL_S = 60.0  # only ever waited out by a test that is about to fail


@pytest.fixture(scope="session")
def adder_content() -> Content:
    """The content that holds just the exercise `adder`."""
    nothing = CONTENT / "nothing"
    return Content(
        exercises=CONTENT / "exercises",
        solutions=CONTENT / "solutions",
        hidden=CONTENT / "hidden",
        templates=nothing,
        attacks=nothing,
    )


@pytest.fixture
def copied(adder_content: Content, tmp_path: Path) -> Content:
    """The content, to be changed."""
    where = content_of_checkout(tmp_path)
    for source, target in (
        (adder_content.exercises, where.exercises),
        (adder_content.solutions, where.solutions),
        (adder_content.hidden, where.hidden),
    ):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    return where


@pytest.fixture(scope="session")
def adder(adder_content: Content) -> Exercise:
    return load("adder", adder_content)


@pytest.fixture(scope="session")
def zygote(adder: Exercise) -> Iterator[Zygote]:
    """One for all tests that do not kill it."""
    with start_zygote(adder.libraries) as started:
        yield started


@pytest.fixture
def supply(zygote: Zygote, adder: Exercise) -> Iterator[Supply]:
    """Workers with the budget of `adder`, forked when asked for."""
    made = Supply(zygote, adder.budget, ahead=0)
    yield made
    made.close()


@pytest.fixture
def seat_of(supply: Supply, adder: Exercise) -> Iterator[Callable[[str], Seat]]:
    """A seat for a submission given as text, with a check begun on it."""
    seats: list[Seat] = []

    def make(source: str, *, begun: bool = True) -> Seat:
        seat = Seat(Program(adder, source.encode()), supply)
        seats.append(seat)
        if begun:
            seat.begin(check_named("a_check"), 1)
        return seat

    yield make
    for each in seats:
        each.leave()


@pytest.fixture
def check() -> Check:
    """A check of value that needs nothing."""
    return check_named("a_check")


def check_named(name: str, **fields: object) -> Check:
    given = {
        "title": Text(name, name),
        "part": "small",
        "function": "add",
        "points": 1,
        "visibility": "hidden",
        "kind": CheckKind.VALUE,
    }
    return Check(id=name, **{**given, **fields})  # type: ignore[arg-type]


@pytest.fixture
def make_check() -> Callable[..., Check]:
    """A check with fields of the test's choice."""
    return check_named


def parents() -> dict[int, int]:
    """Parent of every process that lives, dead ones that nobody has waited for apart."""
    found: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                text = Path(f"/proc/{name}/stat").read_text(errors="replace")
            except OSError:
                continue
            state, parent = text.rpartition(")")[2].split()[:2]
            if state not in "ZX":
                found[int(name)] = int(parent)
    return found


@pytest.fixture(scope="session")
def descendants() -> Callable[[int], set[int]]:
    """The processes below a process."""

    def below(pid: int) -> set[int]:
        known = parents()
        found = {pid}
        while more := {each for each, parent in known.items() if parent in found} - found:
            found |= more
        return found - {pid}

    return below


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], object]], bool]:
    """Wait for a condition, with a patience that only a failing test feels."""

    def wait(condition: Callable[[], object]) -> bool:
        deadline_s = time.monotonic() + PATIENCE_WALL_S
        while not condition():
            if time.monotonic() > deadline_s:
                return False
            time.sleep(0.005)
        return True

    return wait


@pytest.fixture(scope="session")
def alive() -> Callable[[set[int]], set[int]]:
    """Those of some processes that still live."""
    return lambda pids: pids & parents().keys()


@pytest.fixture(scope="session")
def adder_reference(adder: Exercise) -> str:
    """The text of the right solution."""
    return adder.reference.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def adder_with(adder_reference: str) -> Callable[..., str]:
    """The right solution with another body of `add_all`, and lines before it."""

    def make(body: str, before: str = "", signature: str = "numbers") -> str:
        head, rest = adder_reference.split("def add_all(numbers):\n")
        tail = rest[rest.index("\n\nclass Tally") :]
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        return f"{before}\n{head}def add_all({signature}):\n{lines}\n{tail}"

    return make


@pytest.fixture(scope="session")
def examiner(adder_content: Content) -> Iterator[Examiner]:
    """An examiner of `adder` that takes no times, one for all tests that do not kill it."""
    with Examiner(options=GradeOptions(seed=7, timing=False), content=adder_content) as started:
        yield started


@pytest.fixture(scope="session")
def grade(examiner: Examiner) -> Callable[..., Report]:
    """The report on a submission given as text or bytes."""

    def run(source: str | bytes, by: Examiner = examiner) -> Report:
        data = source.encode() if isinstance(source, str) else source
        return next(iter(by.grade([Submission(exercise="adder", name="a.py", source=data)])))

    return run


def timeless(report: Report) -> Report:
    """A report without what no two gradings share: times, and the memory that a process happened to take."""
    checks = tuple(msgspec.structs.replace(c, cpu_s=0.0, wall_s=0.0, peak_rss_bytes=0) for c in report.checks)
    stages = tuple(msgspec.structs.replace(each, start_s=0.0, end_s=0.0) for each in report.stages)
    return msgspec.structs.replace(report, checks=checks, stages=stages, started_at="", wall_s=0.0)


@pytest.fixture(scope="session")
def without_times() -> Callable[[Report], Report]:
    return timeless
