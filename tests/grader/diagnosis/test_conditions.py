"""What the wrong calls have in common and the right ones have not."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.diagnosis.conditions import condition, form
from grader.diagnosis.sightings import Sighting
from grader.model import Call, Returned


def sighting(*arguments: Any, name: str = "f", target: Any = "function", **keywords: Any) -> Sighting:
    """A call; what it answered does not matter here."""
    call = Call(target=target, name=name, function="f", arguments=arguments, keywords=keywords)
    same = Returned(0)
    return Sighting(scene=0, index=0, check="c", call=call, candidate=same, reference=same, failing=True, wrong=True)


x = torch.randn(3, 4, dtype=torch.float64)
seen = torch.ones(3, 3, dtype=torch.bool)
blind = seen.clone()
blind[1] = False


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ([sighting(x, seen)], [sighting(x), sighting(x)], "with a bool mask"),
        ([sighting(x)], [sighting(x, seen), sighting(x, seen)], "without a bool mask"),
        ([sighting(x, blind)], [sighting(x, seen), sighting(x)], "leaves some row nothing"),
        ([sighting(x, causal=True)], [sighting(x), sighting(x, causal=False)], "causal=True"),
        ([sighting(x.half()), sighting(x.half())], [sighting(x), sighting(x.float())], "float16"),
        ([sighting(x.t())], [sighting(x), sighting(x)], "not contiguous"),
        ([sighting([])], [sighting([1]), sighting([2])], "something empty"),
        ([sighting(x[None])], [sighting(x), sighting(x)], "3 dimensions"),
        ([sighting(x * 1e6)], [sighting(x), sighting(x)], "100 and more"),
        (
            [sighting(torch.ones(70, 4))],
            [sighting(torch.ones(3, 4)), sighting(torch.ones(64, 4))],
            "than 64 along axis -2",
        ),
        ([sighting(9, 1), sighting(8, 1)], [sighting(3, 1), sighting(5, 1)], "args[0] above 5"),
        ([sighting(n=1)], [sighting(n=3), sighting(n=5)], "n=1"),
    ],
)
def test_the_trait_is_found(wrong: list[Sighting], right: list[Sighting], words: str) -> None:
    """One trait that all wrong calls have and no right one has is said, with the numbers of calls."""
    found = condition(wrong, right)
    assert found is not None
    assert words in found.en
    assert f"Of {len(wrong) + len(right)} such calls" in found.en
    assert any("\u4e00" <= character <= "\u9fff" for character in found.zh)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ([sighting(x, seen)], []),
        ([sighting(x, seen)], [sighting(x)]),
        ([sighting(x, seen), sighting(x)], [sighting(x), sighting(x)]),
        ([sighting(x, seen)], [sighting(x, seen), sighting(x)]),
        ([sighting(x, seen), sighting(x, seen, name="g")], [sighting(x), sighting(x)]),
        ([sighting(x, seen)], [sighting(x, name="g"), sighting(x, name="g")]),
    ],
)
def test_nothing_is_said_without_two_right_calls_that_lack_it(wrong: list[Sighting], right: list[Sighting]) -> None:
    """Too little to compare with, or no trait that parts them."""
    assert condition(wrong, right) is None


def test_one_kind_of_call_alone() -> None:
    """A method or a support function whose calls are all wrong, while the others are right."""
    probe = sighting(x, name="gradients", target="support")
    others = [sighting(x), sighting(x)]
    found = form([probe], others)
    assert found is not None
    assert found.en == "Only the calls of support.gradients are wrong; the 2 others are right."
    assert form([probe], [*others, probe]) is None
    assert form([probe, *others], others) is None
    assert form(others, [probe, probe]) is None
