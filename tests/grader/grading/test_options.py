"""What may be asked of a grading."""

from __future__ import annotations

import msgspec
import pytest

from grader.grading.options import GradeOptions, Progress
from grader.model import Tier


def test_by_default_everything_is_graded() -> None:
    """But the slow checks, on whatever isolation there is, with a seed that nobody knows."""
    options = GradeOptions()

    assert (options.seed, options.visible_only, options.parts, options.timing) == (None, False, (), True)
    assert (options.full, options.require_tier, options.budget_scale) == (False, None, 1.0)


def test_options_cross_to_the_examiner() -> None:
    """They go over the socket, and come out as they were; nobody changes them on the way."""
    options = GradeOptions(seed=5, parts=("a", "b"), require_tier=Tier.C, budget_scale=1.3)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(options), type=GradeOptions) == options
    progress = Progress(submission=1, done=2, total=3, stage="import")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(progress), type=Progress) == progress
    with pytest.raises(AttributeError):
        options.timing = False  # type: ignore[misc]
