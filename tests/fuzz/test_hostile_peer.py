"""Long runs of the hostile peer of tests/grader/sandbox: thousands of scripts of lies, and memory that stays flat."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

PLAYED = Path(__file__).parents[1] / "grader" / "sandbox" / "test_hostile_peer.py"
SCRIPTS = int(os.environ.get("GRADER_FUZZ_EXAMPLES", "20000")) // 10
FIRST_SEED = 1_000_000


def test_scripts_of_lies() -> None:
    """No error of another kind, no hang, no growth."""
    spec = importlib.util.spec_from_file_location("hostile_peer", PLAYED)
    assert spec is not None and spec.loader is not None
    played = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(played)
    half = FIRST_SEED + SCRIPTS // 2
    for seed in range(FIRST_SEED, half):
        played.play(seed)
    before_bytes = played.rss_bytes()
    for seed in range(half, FIRST_SEED + SCRIPTS):
        played.play(seed)
    assert played.rss_bytes() - before_bytes < 32 << 20
