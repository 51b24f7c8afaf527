"""Honest code loses nothing: ordinary features of Python, torch, gensim and transformers are the same in every tier."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.jail.probe import probe
from grader.jail.tiers import tiers_of
from grader.sandbox.zygote import clean_environment

HERE = Path(__file__).parent
FEATURES = [
    line.removeprefix("def ").partition("(")[0]
    for line in (HERE / "features.py").read_text().splitlines()
    if line.startswith("def ") and not line.startswith("def _")
]


@functools.cache
def results() -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-I", str(HERE / "tiers.py")]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_is_the_same_in_every_tier(feature: str) -> None:
    """What comes out behind each wall of this machine is what comes out without one."""
    found = results()

    assert set(found) == {tier.value for tier in tiers_of(probe())} | {"outside"}
    for tier, answers in found.items():
        assert answers.get(feature) == found["outside"][feature], tier
