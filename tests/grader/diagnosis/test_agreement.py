"""Which known mistakes answer as the submission did."""

from __future__ import annotations

from typing import Any

import torch

from grader.diagnosis.agreement import canonical_names, smallest_covers
from grader.model import Confidence, NotAllowed


def calls(*numbers: int) -> frozenset[tuple[int, int]]:
    """Wrong calls by number."""
    return frozenset((0, number) for number in numbers)


def test_the_smallest_cover_is_chosen() -> None:
    """Fewest sets; all sets of all choices that are equally small."""
    wanted = set(calls(1, 2, 3))
    assert smallest_covers(wanted, [calls(1), calls(2), calls(3), calls(1, 2)]) == {calls(1, 2), calls(3)}
    assert smallest_covers(wanted, [calls(1, 2), calls(2, 3), calls(3)]) == {calls(1, 2), calls(2, 3), calls(3)}
    assert smallest_covers(wanted, [calls(1), calls(2)]) == set()
    assert smallest_covers(wanted, []) == set()


def test_aliases() -> None:
    """A name and all its aliases are one."""
    names = canonical_names([NotAllowed(name="a.b", aliases=("a._b", "c"))])
    assert names == {"a.b": "a.b", "a._b": "a.b", "c": "a.b"}


def test_half_precision_may_round_apart(make_world_class: Any) -> None:
    """The same mistake computed in another order is still recognised in float16; float64 decides strictly."""
    right = lambda x: x * 1.0  # noqa: E731
    world = make_world_class({"f": right})
    world.mistake("doubles", {"f": lambda x: x * 2})
    world.scene("c", ("f", [torch.ones(4).half()]), ("f", [torch.ones(4).double()]))
    apart = {"f": lambda x: x * 2 + (0.05 if x.dtype == torch.float16 else 0.0)}
    (only,) = world.diagnose(apart).diagnoses
    assert (only.confidence, only.mistakes) == (Confidence.EXACT, ("doubles",))
    assert all(not each.mistakes for each in world.diagnose({"f": lambda x: x * 2 + 0.05}).diagnoses)


def test_two_right_answers_may_be_two_tolerances_apart(make_world_class: Any) -> None:
    """On calls that both get right, the rounding of either side does not part them."""
    world = make_world_class({"f": lambda x: x})
    world.mistake("negative", {"f": lambda x: x - 0.9e-9 if x.sum() > 0 else x * 2})
    world.scene("c", ("f", [-torch.ones(4).double() * 1e-3]))
    world.scene("d", ("f", [torch.ones(4).double() * 1e-3]))
    (only,) = world.diagnose({"f": lambda x: x + 0.9e-9 if x.sum() > 0 else x * 2}).diagnoses
    assert only.mistakes == ("negative",)


def test_a_replay_that_breaks_off_disagrees(world: Any) -> None:
    """Fewer answers than calls are no agreement."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.scene("c", ("base", [3]), ("base", [4]))
    whole = world.mistake_replay
    world.mistake_replay = lambda mistake, scene: whole(mistake, scene)[:1]
    assert all(not each.mistakes for each in world.diagnose(wrong).diagnoses)


def test_a_mistake_that_is_right_on_all_calls_explains_nothing(make_world_class: Any) -> None:
    """Near the submission within half precision's slack, but right by its tolerance: no evidence."""
    world = make_world_class({"f": lambda x: x * 1.0})
    world.mistake("elsewhere", {"f": lambda x: x * 1.0})
    world.scene("c", ("f", [torch.ones(4).half()]))
    assert all(not each.mistakes for each in world.diagnose({"f": lambda x: x * 1.05}).diagnoses)
