"""A measurement of memory goes on aside: others are taken meanwhile, and its end counts as if nobody had been there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader import timing
from grader.model import Exercise, Outcome

O = Outcome  # noqa: E741
ADD = '{"part": "small", "function": "add", "points": 1, "en": "E", "zh": "中", '
# No other check adds -1.
WEIGHED = f"""
@pytest.mark.check(**{ADD}"kind": "memory", "needs": ("two_numbers",)}})
def test_weighed(memory):
    memory.within(inputs=lambda: (1, -1), call=lambda side, _, a, b: side.add(a, b))

@pytest.mark.check(**{ADD}"kind": "value", "part": "large", "needs": ("weighed",)}})
def test_afterwards(candidate):
    expect.equal(candidate.add(3, 4), 7)
"""


@pytest.fixture(autouse=True)
def _room_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "usable_cores", lambda: 2)


@pytest.fixture
def weighed(adder_and: Callable[..., Exercise]) -> Exercise:
    return adder_and(WEIGHED, weighed=20_000_000)


def weighing(adder_reference: str, body: str, before: str = "") -> str:
    """The right solution, which does something else besides when it is measured."""
    return f"{before}\n" + adder_reference.replace("return a + b", f"if b == -1: {body}\n    return a + b")


def test_others_are_taken_meanwhile(walk: Callable[..., Any], weighed: Exercise, adder_reference: str) -> None:
    """What does not need it is begun before it ends, by another worker; the report has it in its place."""
    source = weighing(adder_reference, "import time; time.sleep(0.5)")
    begun_s: dict[str, float] = {}
    walked = walk(source, exercise=weighed, tell=lambda _d, _t, check: begun_s.setdefault(check, time.monotonic()))

    assert set(walked.outcomes.values()) == {O.PASSED, O.NOT_GRADED}
    order = list(walked.outcomes)
    assert order.index("add_laws") < order.index("weighed") < order.index("a_list")
    assert [each.check for each in walked.course.scenes] == [each for each in order if each != "add_all_time"]
    stages = {each.name: each for each in walked.course.stages}
    assert stages["weighed"].start_s < stages["large"].start_s < stages["weighed"].end_s
    assert begun_s["weighed"] < begun_s["tally_values"] < walked.course._start_s + stages["weighed"].end_s
    assert walked.taken == 3  # the third for the reference, which remembers


def test_what_needs_it_waits(walk: Callable[..., Any], weighed: Exercise, adder_reference: str) -> None:
    """And is skipped where it did not pass."""
    source = weighing(adder_reference, "import time; time.sleep(0.3); hoard = bytearray(40_000_000)")
    walked = walk(source, exercise=weighed)

    assert walked.outcomes["weighed"] is O.OVER_BUDGET
    assert walked.outcomes["afterwards"] is O.SKIPPED
    assert walked.outcomes["tally_values"] is O.PASSED


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("os._exit(0)", O.CRASHED),
        ("raise ValueError('no')", O.ERRORED),
        ("hoard = bytearray(10**9)", O.OUT_OF_MEMORY),
        ("\n        while True: pass", O.TIMED_OUT),
        ("return 1", O.FAILED),
        ("\n        while True: print('x' * 1000)", O.OVER_BUDGET),
    ],
)
@pytest.mark.parametrize("cores", [1, 2])
def test_its_end_is_the_same_with_one_core(
    walk: Callable[..., Any],
    weighed: Exercise,
    adder_reference: str,
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    body: str,
    outcome: Outcome,
) -> None:
    """Where it is taken in line. No other check suffers for it either way."""
    monkeypatch.setattr(timing, "usable_cores", lambda: cores)
    walked = walk(weighing(adder_reference, body, "import os"), exercise=weighed)

    assert walked.outcomes.pop("weighed") is outcome
    assert walked.outcomes.pop("afterwards") is O.SKIPPED
    assert set(walked.outcomes.values()) == {O.PASSED, O.NOT_GRADED}
    assert ("weighed" in {each.name for each in walked.course.stages}) is (cores == 2)


def test_a_part_that_is_taken_again_does_not_disturb_it(
    walk: Callable[..., Any], weighed: Exercise, adder_reference: str
) -> None:
    """What fails in company sends its part back; what went aside before goes on, and is there once."""
    source = weighing(adder_reference, "import time; time.sleep(0.5)").replace(
        "total = 0", "total = 0\n    if len(numbers) == 7: return -1"
    )
    told: list[str] = []
    walked = walk(source, exercise=weighed, tell=lambda _d, _t, check: told.append(check))

    assert walked.outcomes["add_all_values"] is O.FAILED
    assert walked.outcomes["weighed"] is O.PASSED
    assert (told.count("add_all_values"), told.count("weighed")) == (2, 1)
    assert [each.check for each in walked.course.scenes].count("weighed") == 1


def test_what_hinders_it_is_known_first(walk: Callable[..., Any], weighed: Exercise, adder_reference: str) -> None:
    """It needs a check that fails: no worker is taken for it."""
    walked = walk(adder_reference.replace("return a + b", "return a - b"), exercise=weighed)

    assert walked.outcomes["weighed"] is O.SKIPPED
    assert "weighed" not in {each.name for each in walked.course.stages}


def test_a_test_that_stumbles_is_asked_of_the_reference(
    walk: Callable[..., Any], adder_and: Callable[..., Exercise], adder_reference: str
) -> None:
    """An error of the test's own code: the candidate's result has the wrong form, or the test is broken."""
    text = f"""
@pytest.mark.check(**{ADD}"kind": "memory"}})
def test_weighed(memory):
    memory.within(inputs=lambda: (1, -1), call=lambda side, _, a, b: len([0] * side.add(a, b)))

@pytest.mark.check(**{ADD}"kind": "memory"}})
def test_broken(memory):
    raise LookupError("ours")
"""
    exercise = adder_and(text, weighed=20_000_000, broken=20_000_000)
    walked = walk(weighing(adder_reference, "return 'three'"), exercise=exercise)

    assert walked.outcomes["weighed"] is O.FAILED
    assert walked.outcomes["broken"] is O.GRADER_FAULT


def test_who_is_gone_is_not_waited_for(walk: Callable[..., Any], weighed: Exercise, adder_reference: str) -> None:
    """When grading ends early, so does what went aside, long before its limit; no thread and no worker stays."""
    budget = msgspec.structs.replace(weighed.budget, call_wall_s=600.0, cpu_s=600.0)
    exercise = msgspec.structs.replace(weighed, budget=budget)
    source = weighing(adder_reference, "\n        while True: pass")
    before = set(threading.enumerate())

    def tell(_done: int, _total: int, check: str) -> None:
        if check == "tally_values":
            raise BrokenPipeError

    start_s = time.monotonic()
    with pytest.raises(BrokenPipeError):
        walk(source, exercise=exercise, tell=tell)

    assert time.monotonic() - start_s < exercise.budget.call_wall_s / 2
    assert set(threading.enumerate()) <= before


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system cannot bind a thread to a core")
def test_whoever_grades_may_use_all_cores_again(
    walk: Callable[..., Any], weighed: Exercise, adder_reference: str
) -> None:
    """After a submission, and after one that was broken off."""
    before = os.sched_getaffinity(0)
    walk(adder_reference, exercise=weighed)
    assert os.sched_getaffinity(0) == before

    def tell(*_: object) -> None:
        if os.sched_getaffinity(0) != before:
            raise BrokenPipeError

    if len(before) > 1:
        with pytest.raises(BrokenPipeError):
            walk(adder_reference, exercise=weighed, tell=tell)
    assert os.sched_getaffinity(0) == before
