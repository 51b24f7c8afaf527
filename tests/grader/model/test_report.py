"""The report is a value that can be stored and read again."""

from __future__ import annotations

import msgspec
import pytest

from grader.model import (
    Check,
    CheckKind,
    CheckResult,
    Environment,
    Example,
    Isolation,
    Outcome,
    Part,
    Report,
    Stage,
    Text,
    Tier,
    Timing,
    TimingVerdict,
    Verdict,
)

CHECK = Check(
    id="add_all_time",
    title=Text("Time", "用时"),
    part="large",
    function="add_all",
    points=10,
    visibility="hidden",
    kind=CheckKind.TIME,
    budget=4.0,
)
REPORT = Report(
    exercise="adder",
    exercise_version="0" * 64,
    exercise_title=Text("Adding", "加法"),
    parts=(Part(id="large", title=Text("Many", "许多")),),
    followups=(),
    submission_name="\x1b[2J<script>.py",
    submission_sha256="0" * 64,
    verdict=Verdict.OVER_BUDGET,
    score=90.0,
    max_score=100.0,
    checks=(
        CheckResult(
            check=CHECK,
            outcome=Outcome.OVER_BUDGET,
            points=0.0,
            message=Text("slow", "慢"),
            example=Example(call="add_all([...])"),
        ),
    ),
    diagnoses=(),
    timing=(
        Timing(
            check="add_all_time",
            ratio=40.0,
            low=38.0,
            high=42.0,
            budget=4.0,
            verdict=TimingVerdict.OVER,
            repeats=2,
            candidate_cpu_s=0.4,
            reference_cpu_s=0.01,
            ratios=(39.0, 41.0),
        ),
    ),
    isolation=Isolation(tier=Tier.A_PLUS, layers=("seccomp",)),
    environment=Environment(grader="0", python="3", platform="p", cpu="c", cores=2, libraries={"math": "?"}),
    seed=2**48 - 1,
    stages=(Stage(name="import", start_s=0.0, end_s=0.1),),
    started_at="2026-01-01T00:00:00+00:00",
    wall_s=1.0,
)


@pytest.mark.parametrize("codec", [msgspec.json, msgspec.msgpack], ids=["json", "msgpack"])
def test_a_report_survives_storing(codec: object) -> None:
    """Nothing is lost: not a seed of 48 bits, not the control characters of a name, not one repetition."""
    assert codec.decode(codec.encode(REPORT), type=Report) == REPORT


def test_a_report_never_changes() -> None:
    """It is the record of one grading."""
    with pytest.raises(AttributeError):
        REPORT.score = 100.0


def test_tiers_stand_best_first() -> None:
    """Whoever asks for at least one of them relies on the order."""
    assert [each.value for each in Tier] == ["A+", "A", "B", "C", "D", "E"]
