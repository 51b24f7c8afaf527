"""What this machine contains: the attacks that can be tried anywhere without harm, on every tier that it can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from grader.attack.ground import Ground
from grader.attack.model import Attack, Finding
from grader.attack.read import read_all
from grader.config import Content
from grader.model import Tier

TINY = "target"  # the exercise without libraries: an attack on it costs a fraction of a second


def safe(attacks: Path) -> tuple[Attack, ...]:
    """The attacks that do no harm where they are not held, and need no library."""
    return tuple(each for each in read_all(attacks) if each.harm == "none" and each.exercise == TINY)


def survey(
    attacks: Sequence[Attack], tiers: Sequence[Tier], folder: Path, content: Content, tell: Callable[[Tier], None]
) -> Iterator[Finding]:
    """Try attacks on tiers, one tier after the other.

    Args:
        folder: of attacks, with their own content in it.
        tell: told of each tier as it begins.
    """
    for tier in tiers:
        tell(tier)
        with Ground(tier, folder, content) as ground:
            for attack in attacks:
                yield ground.attack(attack)
