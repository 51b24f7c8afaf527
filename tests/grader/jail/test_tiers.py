"""From made-up machines to promises: never a layer that the machine does not have, never less than was asked for."""

from __future__ import annotations

import itertools
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import IsolationError
from grader.jail import view
from grader.jail.findings import Finding, Findings
from grader.jail.plan import Layer
from grader.jail.tiers import default_plan, layers_of, tier_of, tiers_of
from grader.model import Text, Tier

PROJECT = Path(__file__).parents[3]
FEATURES = tuple(name for name in Findings.__struct_fields__ if name not in ("landlock_abi", "probe_s"))
NICE_TO_KNOW = {"root", "sys_admin", "procfs", "cgroup_v1", "cgroup_v2"}

# What a layer cannot be without, besides a system on which the calls are known.
NEEDS = {
    Layer.USER_NS: "user_ns",
    Layer.PID_NS: "pid_ns",
    Layer.MOUNT_NS: "mount_ns",
    Layer.NET_NS: "net_ns",
    Layer.IPC_NS: "ipc_ns",
    Layer.UTS_NS: "uts_ns",
    Layer.CGROUP_NS: "cgroup_ns",
    Layer.PRIVATE_ROOT: "private_root",
    Layer.LANDLOCK: "landlock",
    Layer.SECCOMP: "seccomp",
}
ANYWHERE = {Layer.RLIMITS, Layer.CLOSED_DESCRIPTORS}
ITSELF = ANYWHERE | {Layer.CAPABILITIES, Layer.NO_NEW_PRIVS, Layer.NOT_DUMPABLE}
C = ITSELF | {Layer.SECCOMP, Layer.LANDLOCK}
A = C | {Layer.PID_NS, Layer.MOUNT_NS, Layer.NET_NS, Layer.IPC_NS, Layer.PRIVATE_ROOT}


def machine(*missing: str) -> Findings:
    """A machine that has everything but what is named."""
    assert set(missing) <= set(FEATURES)
    empty = Text("", "")
    found = {name: Finding(name=empty, ok=name not in missing, detail=empty, remedy=empty) for name in FEATURES}
    return Findings(**found, landlock_abi=7, probe_s=0.0)


def machines() -> Iterator[tuple[set[str], Findings]]:
    """With everything, and without each one, two or three of the features."""
    for count in range(4):
        for missing in itertools.combinations(FEATURES, count):
            yield set(missing), machine(*missing)


@pytest.mark.parametrize(
    ("missing", "want"),
    [
        ((), "A B C D E"),
        (("user_ns", "uts_ns", "cgroup_ns", "other_uid"), "A B C D E"),
        (tuple(NICE_TO_KNOW), "A B C D E"),
        (("other_uid_outside",), "A C D E"),
        (("pid_ns",), "B C D E"),
        (("mount_ns",), "B C D E"),
        (("net_ns",), "B C D E"),
        (("ipc_ns",), "B C D E"),
        (("private_root",), "B C D E"),
        (("pidfd",), "B C D E"),
        (("net_ns", "other_uid_outside"), "C D E"),
        (("landlock",), "D E"),
        (("landlock", "pid_ns", "other_uid_outside"), "D E"),
        (("seccomp",), "E"),
        (("system",), "E"),
        (FEATURES, "E"),
    ],
)
def test_tiers_of_a_machine(missing: tuple[str, ...], want: str) -> None:
    """Best first; a missing wall takes away the tiers that promise it and no others."""
    tiers = tiers_of(machine(*missing))
    assert " ".join(tiers) == want
    assert tier_of(machine(*missing)) is tiers[0]


@pytest.mark.parametrize(
    ("tier", "missing", "want"),
    [
        (Tier.E, (), ITSELF),
        (Tier.E, ("system",), ANYWHERE),
        (Tier.D, (), ITSELF | {Layer.SECCOMP}),
        (Tier.C, (), C),
        (Tier.B, (), C | {Layer.OTHER_UID}),
        (Tier.A, (), set(Layer)),
        (Tier.A, ("user_ns", "uts_ns", "cgroup_ns", "other_uid"), A),
        (Tier.A, ("user_ns",), set(Layer) - {Layer.USER_NS}),
        (Tier.A, ("other_uid",), set(Layer) - {Layer.OTHER_UID}),
    ],
)
def test_layers_of_a_tier(tier: Tier, missing: tuple[str, ...], want: set[Layer]) -> None:
    """What a tier is made of; what adds to it is taken where it is there."""
    assert layers_of(tier, machine(*missing)) == want


def test_no_layer_is_promised_that_is_not_there() -> None:
    """On every machine that lacks up to three things, in every tier that it is said to hold."""
    for missing, findings in machines():
        for tier in tiers_of(findings):
            layers = layers_of(tier, findings)
            assert not {layer for layer, feature in NEEDS.items() if feature in missing} & layers, (tier, missing)
            if "system" in missing:
                assert layers == ANYWHERE
            if Layer.OTHER_UID in layers:
                assert ("other_uid" if tier is Tier.A else "other_uid_outside") not in missing


def test_there_is_always_a_last_tier() -> None:
    """Whatever is missing, crashes are contained; and nothing that is only nice to know changes a promise."""
    for missing, findings in machines():
        assert tiers_of(findings)[-1] is Tier.E
        assert Tier.A_PLUS not in tiers_of(findings)
        assert tiers_of(findings) == tiers_of(machine(*(missing - NICE_TO_KNOW)))


@pytest.mark.parametrize(
    ("tier", "missing", "best"),
    [
        (Tier.A_PLUS, (), "A"),
        (Tier.A, ("net_ns",), "B"),
        (Tier.B, ("other_uid_outside",), "A"),
        (Tier.C, ("landlock",), "D"),
        (Tier.D, ("seccomp",), "E"),
    ],
)
def test_what_is_not_there_is_an_error(tier: Tier, missing: tuple[str, ...], best: str) -> None:
    """Not a lesser tier: both languages name the one that was wanted, the best there is, and where to look."""
    for ask in (lambda: layers_of(tier, machine(*missing)), lambda: default_plan(machine(*missing), tier=tier)):
        with pytest.raises(IsolationError) as caught:
            ask()
        text = caught.value.text
        assert f"tier {tier} " in text.en and f"best is {best} " in text.en and "grader doctor" in text.en
        assert f"{tier} 级" in text.zh and f"最好的是 {best} 级" in text.zh and "grader doctor" in text.zh


def test_a_plan_is_the_best_or_the_one_that_was_wanted() -> None:
    """Its tier and its layers belong together."""
    findings = machine("pid_ns")
    assert default_plan(findings).tier is Tier.B
    for tier in (Tier.B, Tier.C, Tier.D, Tier.E):
        plan = default_plan(findings, tier=tier)
        assert (plan.tier, plan.layers) == (tier, layers_of(tier, findings))


def is_within(path: str | Path, folders: tuple[str, ...]) -> bool:
    real = os.path.realpath(path)
    return any(f"{real}/".startswith(os.path.realpath(folder) + "/") for folder in folders)


@pytest.mark.parametrize("tier", [Tier.A, Tier.B, Tier.C, Tier.D, Tier.E])
def test_the_graders_own_distribution_is_masked(tier: Tier) -> None:
    """Whatever of it lies in what is shown: the package, its records, and the files that point to the project."""
    plan = default_plan(machine(), tier=tier, extra_read_paths=[str(PROJECT)])
    name = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["name"]
    pointing = [
        path
        for site in view.site_folders()
        for path in Path(site).glob("*")
        if path.suffix == ".pth" and str(PROJECT) in path.read_text()
    ]
    records = [
        path
        for site in view.site_folders()
        for path in Path(site).glob("*.dist-info")
        if f"\nName: {name}\n" in (path / "METADATA").read_text(encoding="utf-8")
    ]
    assert records
    for path in (PROJECT / "grader", PROJECT / "grader/jail/view.py", *pointing, *records):
        assert is_within(path, plan.read_paths), path
        assert is_within(path, plan.masked_paths), path
    assert not is_within(os.__file__, plan.masked_paths)
    assert not is_within(pytest.__file__, plan.masked_paths)


def test_the_project_is_not_shown_unasked() -> None:
    """Neither the hidden checks nor the solutions, though the virtual environment may lie beside them."""
    plan = default_plan(machine())
    for name in ("tests", "solutions", "exercises", "pyproject.toml"):
        assert not is_within(PROJECT / name, plan.read_paths)
    assert is_within(os.__file__, plan.read_paths)


def test_public_data_is_shown_besides(tmp_path: Path) -> None:
    """And no mask falls on it."""
    plan = default_plan(machine(), extra_read_paths=[str(tmp_path)])
    assert str(tmp_path) in plan.read_paths
    assert not is_within(tmp_path, plan.masked_paths)
