"""Every attack, on every tier that this machine can hold: the outcome that it must get, and what must stay true.

What a tier does not hold is in `not_held.toml`, by name and with its reason; it is run where that harms nobody, and
must then succeed, so that the list stays exact. Nothing is skipped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.attack import Attack, Finding, Ground, read_all
from grader.attack.traces import descendants
from grader.config import content
from grader.jail.probe import probe
from grader.jail.tiers import tiers_of
from grader.model import Tier

HERE = Path(__file__).parent
ATTACKS = read_all(HERE)
NOT_HELD: dict[str, dict[str, str]] = tomllib.loads((HERE / "not_held.toml").read_text(encoding="utf-8"))
ROWS: dict[str, dict[str, str]] = tomllib.loads((HERE / "rows.toml").read_text(encoding="utf-8"))
TIERS = tuple(tier for tier in tiers_of(probe()) if tier is not Tier.A_PLUS)
ROWS_IN_ALL = 69


@pytest.fixture(scope="module", params=TIERS, ids=lambda tier: f"tier {tier}")
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """One examiner for all attacks on a tier. What it leaves behind when it ends is a fault of its own."""
    before = set(descendants())
    with Ground(request.param, HERE, content()) as found:
        scratch = found._root
        yield found
    left = [pid for pid in set(descendants()) - before]
    assert not left, f"processes are left over: {left}"
    assert not scratch.exists(), "the scratch folder is left over"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_attack(attack: Attack, ground: Ground) -> None:
    """Where a tier must hold an attack, its checks end as allowed and everything else is as before; elsewhere the
    attack is named in the list of what is not held, and truly is not."""
    finding = ground.attack(attack)
    if ground.tier in attack.tiers:
        assert finding.status in ("contained", "detected"), _explained(finding)
        assert attack.id not in NOT_HELD.get(ground.tier, {}), "it is listed as not held, and is"
    else:
        assert attack.id in NOT_HELD.get(ground.tier, {}), f"tier {ground.tier} is not asked to hold it; say why"
        assert finding.status == ("open" if attack.runs_on(ground.tier) else "not run")


def test_what_is_not_held(capsys: pytest.CaptureFixture[str]) -> None:
    """The list names exactly the attacks that the tiers here are not asked to hold, and is printed with every run."""
    for tier in TIERS:
        named = NOT_HELD.get(tier, {})
        assert set(named) == {attack.id for attack in ATTACKS if tier not in attack.tiers}
        with capsys.disabled():
            print(f"\ntier {tier}: {len(ATTACKS) - len(named)} of {len(ATTACKS)} attacks held", end="")
            for attack, why in named.items():
                print(f"\n    not held: {attack}: {why}", end="")


def test_every_row_has_a_place() -> None:
    """Each row of the table of attacks has a file here, a test elsewhere, or a word on why it has not."""
    placed = {attack.row for attack in ATTACKS} | {int(row) for rows in ROWS.values() for row in rows}
    assert placed - {0} == set(range(1, ROWS_IN_ALL + 1))
    assert sum(attack.row == 0 for attack in ATTACKS) >= 15


def _explained(finding: Finding) -> str:
    return "\n".join(f"{each.invariant}: {each.detail}" for each in finding.breaches)
