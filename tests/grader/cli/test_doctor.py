"""`grader doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from grader.jail import probe as probing
from grader.model import Tier

Cli = Callable[..., Any]


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[Tier], None]:
    """Pretend that this machine holds a tier."""

    def pretend(tier: Tier) -> None:
        monkeypatch.setattr(probing, "tier_of", lambda _: tier)

    return pretend


@pytest.mark.parametrize("tier", list(Tier))
def test_the_exit_code_says_whether_strangers_can_be_graded(cli: Cli, on: Callable[[Tier], None], tier: Tier) -> None:
    """Down to tier C files stay secret; below, only practice is possible."""
    on(tier)

    done = cli("doctor")

    assert done.code == (1 if tier in (Tier.D, Tier.E) else 0)
    assert f"Isolation tier {tier.value}" in done.out
    assert ("Only for practice" in done.out) == (done.code == 1)


def test_json_names_every_finding(cli: Cli) -> None:
    """Ids for scripts, sentences in both languages for people, a remedy for what is missing."""
    document = json.loads(cli("doctor", "--json").out)

    findings = {finding["id"]: finding for finding in document["findings"]}
    assert {"seccomp", "landlock", "user_ns"} <= set(findings)
    assert all(set(finding["name"]) == {"en", "zh"} for finding in findings.values())
    assert document["tier"] in {tier.value for tier in Tier}
    assert document["libraries"]["torch"].startswith("2.")


def test_chinese(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table and the conclusion."""
    monkeypatch.setenv("GRADER_LANG", "zh")

    out = cli("doctor").out

    assert "怎么办" in out
    assert "隔离等级" in out
