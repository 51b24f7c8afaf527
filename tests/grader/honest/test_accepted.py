"""Right solutions are right in every tier of isolation, with the same points."""

from __future__ import annotations

import pytest

from grader.catalog.load import load
from grader.examiner.client import Examiner, GradeOptions
from grader.jail.probe import probe
from grader.jail.tiers import tiers_of
from grader.model import Outcome, Submission, Tier, Verdict

SLUG = "self_attention"


def submissions() -> list[Submission]:
    """The reference and every accepted variant."""
    exercise = load(SLUG)
    paths = [exercise.reference, *(each.path for each in exercise.accepted)]
    sources = {path.stem: path.read_bytes() for path in paths}
    return [Submission(exercise=SLUG, name=name, source=source) for name, source in sources.items()]


@pytest.mark.parametrize("tier", tiers_of(probe()))
def test_right_solutions_pass_in_every_tier(tier: Tier) -> None:
    """The reference and every accepted variant: accepted, all points, each check passed or left out."""
    # Not what is timed; memory is the audit's.
    options = GradeOptions(seed=11, timing=False)
    with Examiner(options=options, exact_tier=tier) as examiner:
        reports = list(examiner.grade(submissions()))

    assert [(each.submission_name, each.verdict) for each in reports] == [
        (each.submission_name, Verdict.ACCEPTED) for each in reports
    ]
    for each in reports:
        assert each.isolation.tier is tier
        assert each.score == each.max_score
        assert {check.outcome for check in each.checks} <= {Outcome.PASSED, Outcome.NOT_GRADED}
