"""What may be asked of a grading crosses to the examiner as it was asked."""

from __future__ import annotations

import msgspec
import pytest

from grader.grading.options import GradeOptions, Progress
from grader.model import Tier


def test_unasked_a_grading_is_quick_and_whole() -> None:
    """All parts, hidden checks and timing; not the slow checks; a seed of its own."""
    options = GradeOptions()

    assert (options.seed, options.parts, options.visible_only, options.timing) == (None, (), False, True)
    assert (options.full, options.require_tier, options.budget_scale) == (False, None, 1.0)


@pytest.mark.parametrize(
    "asked",
    [
        GradeOptions(seed=0),
        GradeOptions(seed=2**48 - 1, parts=("large", "small"), visible_only=True, timing=False),
        GradeOptions(full=True, require_tier=Tier.A_PLUS, budget_scale=1 / 1.3),
        Progress(submission=3, done=2, total=8, stage="import"),
    ],
    ids=["seed of zero", "parts", "tier", "progress"],
)
def test_what_is_asked_and_told_survives_the_way(asked: GradeOptions | Progress) -> None:
    """A seed of zero is a seed."""
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(asked), type=type(asked)) == asked
