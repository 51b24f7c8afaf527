"""A few trials of fault injection; `make proof` runs hundreds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.jail import libc

TRIALS = Path(__file__).with_name("trials.py")


@pytest.mark.parametrize(("tier", "trials"), [("best", 10), ("C", 4)])
@pytest.mark.skipif(not libc.supported(), reason="finds processes in /proc")
def test_no_kill_makes_a_wrong_grade(tier: str, trials: int) -> None:
    """Whoever is killed: the same reports or exit 3 with a sentence, no hang, nothing left behind."""
    command = [sys.executable, str(TRIALS), "--trials", str(trials), "--tier", tier, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == trials
    assert [each for each in found if each["faults"]] == []
    assert sum(bool(each["killed"]) for each in found) >= trials // 3
