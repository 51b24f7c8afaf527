"""What a grade depends on, as keys and stamps."""

from __future__ import annotations

import msgspec

from grader.cohort import environment
from grader.cohort.environment import plans_of, said_options, stamp_of
from grader.config import Content
from grader.grading.options import GradeOptions
from grader.model import Tier


def test_a_stamp_names_everything_that_must_agree(small_content: Content) -> None:
    """Our own code by hash, Python, the exercise by version, libraries."""
    stamp = stamp_of(["adder", "adder"])

    assert stamp == stamp_of(["adder"])
    assert set(stamp.exercises) == {"adder"}
    assert stamp.grader.endswith(f"+{environment.code_hash()}")
    assert stamp.facts()["Python"].startswith("3.")


def test_options_as_they_are_said() -> None:
    """All of them but the seed, which is kept beside them."""
    options = GradeOptions(seed=7, timing=False, full=True, require_tier=Tier.B)

    said = said_options(options)

    assert msgspec.json.decode(said, type=GradeOptions) == GradeOptions(timing=False, full=True, require_tier=Tier.B)
    assert said == said_options(GradeOptions(seed=8, timing=False, full=True, require_tier=Tier.B))


def test_a_plan_changes_with_what_was_asked(small_content: Content) -> None:
    """Options, seed: each makes another plan; asking twice does not."""
    plain = plans_of(["adder"], GradeOptions(), 7)["adder"]

    assert plain == plans_of(["adder"], GradeOptions(), 7)["adder"]
    assert plain != plans_of(["adder"], GradeOptions(), 8)["adder"]
    assert plain != plans_of(["adder"], GradeOptions(timing=False), 7)["adder"]
    assert plain != plans_of(["adder"], GradeOptions(full=True), 7)["adder"]
