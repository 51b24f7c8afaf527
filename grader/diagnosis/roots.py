"""Where a fault is: in the function itself, or in one that it calls.

A mistake names its roots and those that inherit it. This module must not know how mistakes were found to agree, only
which did and whether they agree on another function's calls too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from grader.diagnosis.agreement import Group
from grader.model import Mistake


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What explains one function's wrong calls.

    One group: its mistakes agree on every call, and if there are several they cannot be told apart. More groups: each
    is needed. `likely`: known to do this, but without the evidence of a replay.
    """

    groups: tuple[Group, ...]
    likely: bool = False

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All of them, in order."""
        return tuple(mistake for group in self.groups for mistake in group)


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation with its place: the function to show it at and those that inherit from there."""

    function: str
    named: Named
    evidence: tuple[str, ...]  # functions whose wrong calls it explains, the place itself first if it is one of them
    inherited_by: tuple[str, ...] = ()


def place(
    named: Mapping[str, Named],
    order: Sequence[str],
    agrees: Callable[[Mistake, str], bool],
    silent: Callable[[str], bool],
    unexplained: Callable[[str], bool] = lambda _: False,
) -> tuple[Placed, ...]:
    """Show each explanation at its root.

    Args:
        named: what explains each wrong function.
        order: the contract's functions, in order.
        agrees: whether a mistake answers every call of a function as the submission did.
        silent: whether a function's own answers can show nothing, so that its faults show elsewhere only.
        unexplained: whether a function is wrong in a way that nothing known explains.

    Returns:
        One entry for each function to be shown, in the contract's order.
    """
    own: dict[str, Named] = {}
    heirs: dict[str, list[str]] = {}
    root_of: dict[str, str] = {}
    hidden: dict[str, str] = {}  # function -> root whose own answers show nothing
    # Functions that cannot inherit come first, so that their heirs find them; then the contract's order.
    pending = sorted(
        (name for name in order if name in named),
        key=lambda name: bool(_roots_elsewhere(named[name], name, named)),
    )
    for function in pending:
        roots = [root_of.get(root, root) for root in _roots_elsewhere(named[function], function, named)]
        groups = named[function].groups
        root = next(
            (each for each in roots if each in own and all(set(own[each].mistakes) & set(group) for group in groups)),
            None,
        )
        if root is not None:
            root_of[function] = root
            heirs.setdefault(root, []).append(function)
            continue
        explained, upstream = _narrow(named[function], function, agrees, unexplained)
        own[function] = explained
        if upstream is not None and upstream not in named and silent(upstream):
            hidden[function] = upstream
    return _collect(own, heirs, hidden, order)


def _roots_elsewhere(named: Named, function: str, others: Mapping[str, Named]) -> list[str]:
    """Other wrong functions that the same mistake explains and is rooted in."""
    found: dict[str, None] = {}
    local = any(function in mistake.functions for mistake in named.mistakes)
    if local and (named.likely or len(named.groups) > 1):
        return []
    for mistake in named.mistakes:
        if function in mistake.functions:
            continue
        for root in mistake.functions:
            if root in others and mistake in others[root].mistakes:
                found[root] = None
    return list(found)


def _narrow(
    named: Named, function: str, agrees: Callable[[Mistake, str], bool], unexplained: Callable[[str], bool]
) -> tuple[Named, str | None]:
    """Keep the mistakes that can be rooted where the submission's fault is.

    A mistake rooted elsewhere stays if the submission agrees with it there too; if it is wrong there in a way that
    nothing explains, since it may have been made there together with another; or if nothing else explains the
    function: then the same fault was made here on its own.

    Returns:
        The explanation, and the root to show it at where that is another function.
    """
    if named.likely or len(named.groups) > 1:
        return named, None
    (group,) = named.groups
    local = tuple(each for each in group if function in each.functions)
    upstream = {
        each: root
        for each in group
        if function not in each.functions
        for root in each.functions
        if root != function and agrees(each, root)
    }
    kept = tuple(
        each for each in group if each in local or each in upstream or any(unexplained(root) for root in each.functions)
    )
    if not kept:
        return named, None
    roots = set(upstream.values())
    shown = roots.pop() if not local and len(roots) == 1 else None
    return Named(groups=(kept,)), shown


def _collect(
    own: Mapping[str, Named], heirs: Mapping[str, list[str]], hidden: Mapping[str, str], order: Sequence[str]
) -> tuple[Placed, ...]:
    placed: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    shown: dict[tuple[str, tuple[str, ...]], Named] = {}
    for function in order:
        if function in own:
            root = hidden.get(function, function)
            key = (root, tuple(mistake.id for mistake in own[function].mistakes))
            shown[key] = own[function]
            placed.setdefault(key, []).extend([function, *heirs.get(function, [])])
    return tuple(
        Placed(
            function=root,
            named=shown[root, ids],
            evidence=tuple(evidence),
            inherited_by=tuple(name for name in order if name in evidence and name != root),
        )
        for (root, ids), evidence in placed.items()
    )
