"""What the wall costs the code behind it: the CPU time of the same calls on every tier of isolation that is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench import figures
from bench.markdown import Section
from grader import config
from grader.errors import IsolationError
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Submission, Tier

SLUGS = ("self_attention", "word2vec")
ROUNDS = 7
SEED = 20_261_122  # the same inputs on every tier
TIERS = (Tier.A, Tier.B, Tier.C, Tier.D, Tier.E)


def run() -> Section:
    """Grade each reference on every tier in turn, round by round, and compare what one timed call cost."""
    taken: dict[tuple[str, Tier], list[float]] = {}
    untimed: dict[tuple[str, Tier], list[float]] = {}
    tiers = [tier for tier in TIERS if _available(tier)]
    for number in range(ROUNDS):
        for tier in tiers if number % 2 == 0 else reversed(tiers):
            for slug, timed_s, rest_s in _graded(tier):
                untimed.setdefault((f"{slug}: all other checks", tier), []).append(rest_s)
                for check, seconds in timed_s.items():
                    taken.setdefault((f"{slug}: {check}", tier), []).append(seconds)
    rows = [
        (name, *(_cell(samples, tier, name, tiers[-1]) for tier in tiers))
        for samples, names in ((taken, _names(taken)), (untimed, _names(untimed)))
        for name in names
    ]
    return Section(
        title="Tiers: what the wall costs the code behind it",
        command="make bench",
        text=(
            "CPU time of the references' own code on every tier that this machine can hold, the same seed on each, in "
            "turn: one call of each timed check, and all other checks of an exercise together. In brackets the ratio "
            f"to tier {tiers[-1]}."
        ),
        columns=("what", *(f"tier {tier}" for tier in tiers)),
        rows=rows,
        notes=f"Medians of {ROUNDS} rounds. Tier B needs root without the right to mount.",
    )


def _available(tier: Tier) -> bool:
    try:
        for _ in _graded(tier, SLUGS[:1], GradeOptions(parts=("none",))):
            pass
    except IsolationError:
        return False
    return True


def _graded(
    tier: Tier, slugs: tuple[str, ...] = SLUGS, options: GradeOptions | None = None
) -> Iterator[tuple[str, dict[str, float], float]]:
    """Each exercise with the seconds of one call of its timed checks, and of all its other checks together."""
    with Examiner(options=options or GradeOptions(seed=SEED), exact_tier=tier) as examiner:
        submissions = [
            Submission(exercise=slug, name=slug, source=Path(config.solutions_dir(), slug, f"{slug}.py").read_bytes())
            for slug in slugs
        ]
        for report in examiner.grade(submissions):
            timed_s = {each.check: each.candidate_cpu_s for each in report.timing}
            rest_s = sum(each.cpu_s for each in report.checks if each.check.id not in timed_s)
            yield report.exercise, timed_s, rest_s


def _names(samples: dict[tuple[str, Tier], list[float]]) -> list[str]:
    return list(dict.fromkeys(name for name, _ in samples))


def _cell(samples: dict[tuple[str, Tier], list[float]], tier: Tier, name: str, base: Tier) -> str:
    ours, theirs = (figures.median(samples[name, each]) for each in (tier, base))
    return f"{figures.seconds(ours)} ({figures.times(ours / theirs)})"
