"""Grade every mutant of a reference: which checks kill it, and which mutants none of them kills."""

from __future__ import annotations

import collections
from typing import Any

from grader import config
from grader.model import Outcome
from tools.proofs.gradings import graded
from tools.proofs.mutants import Mutant, equivalent, mutants_of

_NOT_KILLING = (Outcome.PASSED, Outcome.NOT_GRADED, Outcome.NEEDS_PERSON, Outcome.TOO_NOISY)


def kill(slug: str) -> dict[str, Any]:
    """Figures: mutants in all, killed, equivalent with their reasons, survivors, kills of each check.

    Timed checks are left out: a mutant that is only slower is not counted as killed.
    """
    folder = config.solutions_dir() / slug
    source = (folder / f"{slug}.py").read_text(encoding="utf-8")
    answers_path = folder / "answers.md"
    answers = answers_path.read_bytes() if answers_path.exists() else None
    mutants = list(mutants_of(source))
    reasons = equivalent(slug)
    alone: collections.Counter[str] = collections.Counter()
    survivors: list[Mutant] = []
    everything = ((each.id, each.source.encode(), answers) for each in mutants)
    for mutant, report in zip(mutants, graded(slug, everything, diagnosis=False), strict=True):
        failed = [each.check.id for each in report.checks if each.outcome not in _NOT_KILLING]
        if not failed:
            survivors.append(mutant)
        if len(failed) == 1:
            alone[failed[0]] += 1
    unexplained = [each for each in survivors if each.id not in reasons]
    listed = {each.id: reasons[each.id] for each in survivors if each.id in reasons}
    return {
        "mutants": len(mutants),
        "killed": len(mutants) - len(survivors),
        "equivalent": listed,
        "survivors": [{"id": each.id, "line": each.line} for each in unexplained],
        "stale": sorted(set(reasons) - set(listed)),
        "killed_by_one_check_only": dict(alone.most_common()),
    }
