"""`grader doctor --attack`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.attack import Finding, survey
from grader.model import Tier

Cli = Callable[..., Any]


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Pretend that every attack ends in one way on every tier."""

    def pretend(status: Any) -> None:
        def fake(attacks: Any, tiers: Any, *_: Any) -> Iterator[Finding]:
            return (Finding(attack=each.id, tier=tier, status=status) for tier in tiers for each in attacks)

        monkeypatch.setattr(survey, "survey", fake)

    return pretend


def test_all_held(cli: Cli, ends: Callable[[str], None]) -> None:
    """A table of attacks and tiers, and the conclusion."""
    ends("contained")

    done = cli("doctor", "--attack")

    assert done.code == 0
    assert "a10_exit_in_call" in done.out
    assert "was held" in done.out


def test_a_hole_is_named_and_fails(cli: Cli, ends: Callable[[str], None]) -> None:
    """What is open where the tier promises to hold it."""
    ends("open")

    done = cli("doctor", "--attack")

    assert done.code == 1
    assert "NOT HELD" in done.out


def test_json(cli: Cli, ends: Callable[[str], None]) -> None:
    """A status for each attack on each tier, and what is broken; a tier that promises nothing breaks nothing."""
    ends("open")

    document = json.loads(cli("doctor", "--attack", "--json").out)

    first = document["attacks"][0]
    assert set(first["status"].values()) == {"open"}
    assert {"attack": first["id"], "tier": first["promised"][0]} in document["broken"]
    promised = {each["id"]: each["promised"] for each in document["attacks"]}
    assert all(each["tier"] in promised[each["attack"]] for each in document["broken"])


def test_chinese(cli: Cli, ends: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The table and the conclusion."""
    monkeypatch.setenv("GRADER_LANG", "zh")
    ends("detected")

    out = cli("doctor", "--attack").out

    assert "已识破" in out
    assert Tier.A.value in out
