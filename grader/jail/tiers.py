"""From what a machine offers to what is promised: tiers, their layers, and the plan for this interpreter.

A tier is a promise to the reader of a report, so it is never better than the layers behind it, and a tier that was
asked for and is not there is an error, not a lesser one. It must not know how findings were found.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors import IsolationError
from grader.jail import view
from grader.jail.findings import Findings
from grader.jail.plan import JailPlan, Layer
from grader.model import Tier

_BEST_FIRST = (Tier.A, Tier.B, Tier.C, Tier.D, Tier.E)
_ON_ITSELF = frozenset(
    {Layer.CAPABILITIES, Layer.NO_NEW_PRIVS, Layer.NOT_DUMPABLE, Layer.RLIMITS, Layer.CLOSED_DESCRIPTORS}
)


def tiers_of(findings: Findings) -> tuple[Tier, ...]:
    """The tiers that this machine can hold, best first."""
    filtered = findings.system.ok and findings.seccomp.ok
    files = filtered and findings.landlock.ok
    needed = (findings.pid_ns, findings.mount_ns, findings.net_ns, findings.ipc_ns, findings.private_root)
    held = {
        Tier.A: files and findings.pidfd.ok and all(finding.ok for finding in needed),
        Tier.B: files and findings.other_uid_outside.ok,
        Tier.C: files,
        Tier.D: filtered,
        Tier.E: True,
    }
    return tuple(tier for tier in _BEST_FIRST if held[tier])


def tier_of(findings: Findings) -> Tier:
    """The best tier that this machine can hold. `A+` is never among them: cgroups are not used yet."""
    return tiers_of(findings)[0]


def layers_of(tier: Tier, findings: Findings) -> frozenset[Layer]:
    """The layers of a tier on this machine.

    Raises:
        IsolationError: the machine cannot hold that tier.
    """
    if tier not in tiers_of(findings):
        best = tier_of(findings)
        raise IsolationError(
            f"isolation tier {tier} is not available on this machine; the best is {best} (see: grader doctor)",
            f"这台机器上没有 {tier} 级隔离，最好的是 {best} 级（参见 grader doctor）",
        )
    if not findings.system.ok:
        return frozenset({Layer.RLIMITS, Layer.CLOSED_DESCRIPTORS})
    layers = set(_ON_ITSELF)
    if tier is not Tier.E:
        layers.add(Layer.SECCOMP)
    if tier in (Tier.A, Tier.B, Tier.C):
        layers.add(Layer.LANDLOCK)
    if tier is Tier.B:
        layers.add(Layer.OTHER_UID)
    if tier is Tier.A:
        layers |= {Layer.PID_NS, Layer.MOUNT_NS, Layer.NET_NS, Layer.IPC_NS, Layer.PRIVATE_ROOT}
        optional = {
            Layer.USER_NS: findings.user_ns,
            Layer.UTS_NS: findings.uts_ns,
            Layer.CGROUP_NS: findings.cgroup_ns,
            Layer.OTHER_UID: findings.other_uid,
        }
        layers |= {layer for layer, finding in optional.items() if finding.ok}
    return frozenset(layers)


def default_plan(findings: Findings, *, tier: Tier | None = None, extra_read_paths: Iterable[str] = ()) -> JailPlan:
    """The plan for workers of the running interpreter.

    Args:
        findings: what `probe` said.
        tier: the tier wanted; the best available where it is None.
        extra_read_paths: public data to show besides the interpreter and its packages.

    Raises:
        IsolationError: the wanted tier is not available.
    """
    chosen = tier_of(findings) if tier is None else tier
    layers = layers_of(chosen, findings)
    shown = view.read_paths(extra_read_paths)
    return JailPlan(tier=chosen, layers=layers, read_paths=shown, masked_paths=view.masked_paths(shown))
