"""Headers of attacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.attack import Invariant, read_attack
from grader.errors import ContentError
from grader.model import Outcome, Tier

HEADER = """\
# /// attack
# row = 7
# what.en = "English."
# what.zh = "中文。"
# expect.add = ["crashed"]
# ///
"""


def _written(folder: Path, text: str) -> Path:
    file = folder / "a07_example.py"
    file.write_text(text, encoding="utf-8")
    return file


def test_header_is_read(tmp_path: Path) -> None:
    """What is said is taken, what is left out is what most attacks want: all invariants, on every isolated tier."""
    attack = read_attack(_written(tmp_path, HEADER + "x = 1\n"))
    assert (attack.id, attack.row, attack.what.zh) == ("a07_example", 7, "中文。")
    assert attack.allowed("add") == (Outcome.CRASHED,)
    assert attack.allowed("other") == (Outcome.PASSED,)
    assert attack.holds == tuple(Invariant)
    assert attack.tiers == (Tier.A, Tier.B, Tier.C)
    assert attack.source.endswith(b"x = 1\n")


def test_tail_is_appended(tmp_path: Path) -> None:
    """Source that no Python file should hold stands in the header, and as often as it says."""
    text = HEADER.replace("# row = 7", '# row = 7\n# tail = "\\u0000("\n# tail_times = 3')
    assert read_attack(_written(tmp_path, text)).source.endswith(b"\0(\0(\0(")


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        HEADER.replace("# ///\n", ""),
        HEADER.replace("row = 7", "row = 'seven'"),
        HEADER.replace("crashed", "exploded"),
        HEADER.replace("row", "rows"),
    ],
    ids=["no header", "no end", "row", "outcome", "unknown key"],
)
def test_broken_header_is_refused(tmp_path: Path, text: str) -> None:
    """An attack that is not understood is an error, never left out."""
    with pytest.raises(ContentError):
        read_attack(_written(tmp_path, text))


def test_what_could_harm_the_machine_needs_every_layer(tmp_path: Path) -> None:
    """Destructive forms run on the full tier only, whatever their file says that others hold."""
    text = HEADER.replace("# row = 7", '# row = 7\n# harm = "machine"\n# tiers = ["A", "C", "E"]')
    attack = read_attack(_written(tmp_path, text))
    assert [tier for tier in Tier if attack.runs_on(tier)] == [Tier.A]
