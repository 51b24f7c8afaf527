"""What a machine offers, and what is promised for it: never more, and an error rather than less."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from grader.errors import IsolationError
from grader.jail import experiments, libc, tiers
from grader.jail.findings import Finding, Findings
from grader.jail.plan import JailPlan, Layer
from grader.jail.probe import default_plan, layers_of, probe, tier_of
from grader.model import Text, Tier

ALL = tuple(field for field in Findings.__struct_fields__ if field not in ("landlock_abi", "probe_s"))


def machine(*missing: str) -> Findings:
    """A machine that has everything but what is named."""
    empty = Text("", "")
    found = {name: Finding(name=empty, ok=name not in missing, detail=empty, remedy=empty) for name in ALL}
    return Findings(**found, landlock_abi=7, probe_s=0.0)


def test_probing_changes_nothing(findings: Findings, descendants: Callable[[int], set[int]]) -> None:
    """The process that asks stays in its namespaces, keeps its identity and its files, and has no new children."""
    names = sorted(os.listdir("/proc/self/ns")) if libc.supported() else []
    before = [os.readlink(f"/proc/self/ns/{name}") for name in names], os.getresuid(), os.listdir("/")
    children = descendants(os.getpid()) if libc.supported() else set()
    probe()
    assert before == ([os.readlink(f"/proc/self/ns/{name}") for name in names], os.getresuid(), os.listdir("/"))
    if libc.supported():
        assert descendants(os.getpid()) <= children


def test_every_row_reads_in_both_languages(findings: Findings) -> None:
    """A name and a detail always; a remedy wherever something is missing that could be had."""
    for row in (*findings.rows(), *probe().rows()):
        assert row.name.en and row.name.zh and row.detail.en and row.detail.zh
        assert bool(row.remedy.en) == bool(row.remedy.zh)
        assert not (row.ok and row.remedy.en)
    assert len(findings.rows()) == len(ALL)


def test_another_system_has_nothing_and_does_not_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not Linux, only crash containment is promised."""
    monkeypatch.setattr(libc, "supported", lambda: False)
    findings = probe()
    assert tier_of(findings) is Tier.E
    assert not any(finding.ok for finding in findings.rows() if finding is not findings.root)
    assert layers_of(Tier.E, findings) == {Layer.RLIMITS, Layer.CLOSED_DESCRIPTORS}
    assert default_plan(findings).tier is Tier.E


@pytest.mark.parametrize(
    ("missing", "want"),
    [
        ((), Tier.A),
        (("user_ns",), Tier.A),  # root without user namespaces
        (("uts_ns", "cgroup_ns", "procfs", "cgroup_v1", "cgroup_v2", "root", "sys_admin", "other_uid"), Tier.A),
        (("pid_ns",), Tier.B),
        (("net_ns",), Tier.B),
        (("ipc_ns",), Tier.B),
        (("mount_ns",), Tier.B),
        (("private_root",), Tier.B),
        (("pidfd",), Tier.B),
        (("pid_ns", "other_uid_outside"), Tier.C),
        (("landlock",), Tier.D),
        (("landlock", "user_ns"), Tier.D),
        (("seccomp",), Tier.E),
        (("system",), Tier.E),
    ],
)
def test_tier_is_what_the_findings_hold(missing: tuple[str, ...], want: Tier) -> None:
    """A tier needs each of its walls; what is missing lowers it."""
    assert tier_of(machine(*missing)) is want


def test_a_wanted_tier_that_is_missing_is_an_error() -> None:
    """It fails closed, in both languages; a lower tier than the best can be had."""
    findings = machine("pid_ns")
    with pytest.raises(IsolationError) as caught:
        default_plan(findings, tier=Tier.A)
    assert "tier A" in caught.value.text.en and "A 级" in caught.value.text.zh
    assert default_plan(findings, tier=Tier.C).tier is Tier.C
    with pytest.raises(IsolationError):
        default_plan(machine(), tier=Tier.A_PLUS)


def test_layers_grow_with_the_tier() -> None:
    """Every tier has what the next lower one has, but for the uid, which namespaces can stand in for."""
    findings = machine("other_uid")
    layers = [layers_of(tier, findings) for tier in (Tier.E, Tier.D, Tier.C, Tier.A)]
    assert all(lower < higher for lower, higher in itertools.pairwise(layers))
    assert layers_of(Tier.B, findings) - layers_of(Tier.C, findings) == {Layer.OTHER_UID}
    assert layers_of(Tier.A, machine()) == set(Layer)


def test_the_plan_travels() -> None:
    """It goes to the zygote as JSON and comes back equal."""
    plan = default_plan(machine())
    assert msgspec.json.decode(msgspec.json.encode(plan), type=JailPlan) == plan
    assert plan.read_paths and all(path.startswith("/") for path in plan.read_paths)


def test_extra_paths_are_in_the_plan(tmp_path: Path) -> None:
    """Public data of an exercise is shown besides the interpreter."""
    assert str(tmp_path) in default_plan(machine(), extra_read_paths=[str(tmp_path)]).read_paths


def test_an_experiment_that_dies_says_what_it_had_noted() -> None:
    """A child that is killed half-way leaves what was not tried out: it counts as missing."""

    def experiment(results: experiments.Results) -> None:
        experiments.attempt(results, "first", lambda: None)
        experiments.attempt(results, "second", lambda: os.close(-1))
        raise ValueError

    assert experiments.in_child(experiment) == {"first": 0, "second": 9}
    assert experiments.in_child(lambda _: os._exit(1)) == {}


def test_this_machine_is_probed_the_same_twice(findings: Findings) -> None:
    """Findings do not depend on chance."""
    again = probe()
    assert [row.ok for row in findings.rows()] == [row.ok for row in again.rows()]
    assert tiers.tiers_of(findings) == tiers.tiers_of(again)
