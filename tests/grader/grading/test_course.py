"""A submission's way through the checks: what fails in company is tried again alone, and only that counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader.model import Exercise, Outcome

O = Outcome  # noqa: E741
SMALL = {"two_numbers", "add_values", "add_laws"}
LARGE = {"a_list", "add_all_values", "add_all_robust", "tally_values"}


def test_one_worker_serves_all_parts_of_what_is_right(walk: Callable[..., Any], adder_reference: str) -> None:
    """From the reading of the source to the last check."""
    walked = walk(adder_reference)

    assert {walked.outcomes[each] for each in SMALL | LARGE} == {O.PASSED}
    assert walked.taken == 1
    assert [each.name for each in walked.course.stages] == ["import", "small", "large"]


LEAVES = "import builtins\n"


def test_what_the_first_part_breaks_for_the_second_is_mended(walk: Callable[..., Any], adder_reference: str) -> None:
    """The second is served alone, and nothing of its first try is left: no scene twice, no result but a question."""
    source = LEAVES + adder_reference.replace("return a + b", "builtins.left = 1\n    return a + b").replace(
        "total = 0", "total = 0\n    if hasattr(builtins, 'left'): raise RuntimeError('left')"
    ).replace("total = add(total, each)", "total = total + each").replace(
        "add(self._total, number)", "self._total + number"
    )
    told: list[Any] = []
    walked = walk(source, tell=lambda *what: told.append(what))

    assert walked.outcomes.pop("a_list") is O.NEEDS_PERSON
    assert {walked.outcomes[each] for each in (SMALL | LARGE) - {"a_list"}} == {O.PASSED}
    assert walked.taken == 2
    scenes = [each.check for each in walked.course.scenes]
    assert sorted(scenes) == sorted(SMALL | LARGE)
    assert len(walked.results) == len({each.check.id for each in walked.results})
    assert [stage for _, _, stage in told].count("a_list") == 2


def test_what_is_wrong_alone_is_wrong(walk: Callable[..., Any], adder_reference: str) -> None:
    """Tried twice, counted once; what the part printed the first time is not shown."""
    source = adder_reference.replace("total = 0", "print('summing')\n    total = 1")
    walked = walk(source)

    assert {walked.outcomes[each] for each in SMALL} == {O.PASSED}
    assert walked.outcomes["a_list"] is O.FAILED
    assert walked.outcomes["add_all_values"] is O.SKIPPED
    assert walked.outcomes["tally_values"] is O.PASSED
    assert walked.taken == 2
    assert "".join(walked.course.seat.printed).count("summing") == len(
        [call for scene in walked.course.scenes for call in scene.calls if call.function == "add_all"]
    )


def test_the_first_part_is_never_tried_twice(walk: Callable[..., Any], adder_reference: str) -> None:
    """It has had no company; wrong values are no reason to give its worker up."""
    told: list[Any] = []
    walked = walk(adder_reference.replace("return a + b", "return a - b"), tell=lambda *what: told.append(what))

    assert walked.outcomes["two_numbers"] is O.FAILED
    assert [stage for _, _, stage in told].count("two_numbers") == 1
    assert walked.taken == 1


def test_a_death_in_company_is_no_end(walk: Callable[..., Any], adder_reference: str) -> None:
    """Who leaves because of what an earlier part left does not leave alone."""
    source = "import builtins, os\n" + adder_reference.replace(
        "return a + b", "builtins.left = 1\n    return a + b"
    ).replace("total = 0", "total = 0\n    if hasattr(builtins, 'left'): os._exit(0)").replace(
        "total = add(total, each)", "total = total + each"
    ).replace("add(self._total, number)", "self._total + number")
    walked = walk(source)

    assert walked.outcomes.pop("a_list") is O.NEEDS_PERSON
    assert {walked.outcomes[each] for each in (SMALL | LARGE) - {"a_list"}} == {O.PASSED}


@pytest.mark.parametrize("spend", ["while True: pass", "hoard = bytearray(10**9)", "while True: print('x' * 10**5)"])
def test_limits_that_all_parts_share_are_nobodys_fault(
    walk: Callable[..., Any], adder_reference: str, spend: str
) -> None:
    """What was too slow, too large or too loud in company and is not so alone has passed."""
    source = "import builtins\n" + adder_reference.replace(
        "return a + b", "builtins.left = 1\n    return a + b"
    ).replace("total = 0", f"total = 0\n    if hasattr(builtins, 'left'):\n        {spend}").replace(
        "total = add(total, each)", "total = total + each"
    ).replace("add(self._total, number)", "self._total + number")
    walked = walk(source)

    assert {walked.outcomes[each] for each in SMALL | LARGE} == {O.PASSED}


def test_who_is_tried_twice_has_as_much_time_the_second_time(
    walk: Callable[..., Any], adder: Exercise, adder_reference: str
) -> None:
    """The first try in company is not held against a submission's whole time."""
    slow = adder_reference.replace("total = 0", "total = 0\n    import time\n    time.sleep(0.3)")
    wrong = slow.replace("add(self._total, number)", "0")
    budget = msgspec.structs.replace(adder.budget, whole_wall_s=1.6)
    walked = walk(wrong, exercise=msgspec.structs.replace(adder, budget=budget))

    assert walked.outcomes["tally_values"] is O.FAILED
    assert {walked.outcomes[each] for each in LARGE - {"tally_values"}} == {O.PASSED}


def test_a_broken_import_needs_one_worker(walk: Callable[..., Any]) -> None:
    """All checks end as it did."""
    walked = walk("raise ValueError('no')")

    assert {walked.outcomes[each] for each in SMALL | LARGE} == {O.ERRORED}
    assert walked.course.import_failed
    assert walked.course.nothing_ran
    assert walked.taken == 1
