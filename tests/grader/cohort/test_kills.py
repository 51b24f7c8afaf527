"""A few trials of killing and going on; the figures of hundreds are in `docs/scale.md`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.jail import libc

TRIALS = Path(__file__).with_name("kills.py")


@pytest.mark.skipif(not libc.supported(), reason="a killed command line takes its examiners along only on Linux")
def test_no_kill_loses_or_doubles_an_attempt() -> None:
    """Killed at any moment, gone on with: the gradebook of a batch that nobody disturbed."""
    done = subprocess.run(
        [sys.executable, str(TRIALS), "--trials", "4", "--json"], capture_output=True, text=True, check=False
    )

    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert [each for each in found if each["faults"]] == []
    assert any(each["kills"] for each in found)
