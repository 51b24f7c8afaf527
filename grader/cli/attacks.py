"""`grader doctor --attack`: hostile submissions against this very machine, and how each ended on each tier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from grader.cli.speech import tell
from grader.i18n import say
from grader.model import Language, Text, Tier

if TYPE_CHECKING:
    from grader.attack import Attack, Finding

SCHEMA_VERSION = 1


def try_attacks(tiers: Sequence[Tier], language: Language, *, as_json: bool) -> bool:
    """Try the safe attacks on these tiers and show what became of them.

    Returns:
        Whether everything was held that these tiers promise to hold.
    """
    from grader.attack import survey
    from grader.config import attacks_dir, content

    attacks = survey.safe(attacks_dir())

    def begin(tier: Tier) -> None:
        tell(say("Trying {count} attacks on tier {tier} ...", count=len(attacks), tier=tier.value), language)

    findings = list(survey.survey(attacks, tiers, attacks_dir(), content(), begin))
    broken = _broken(attacks, findings)
    if as_json:
        _write_json(attacks, findings, broken)
    else:
        _show(attacks, findings, broken, tiers, language)
    return not broken


def _broken(attacks: Sequence[Attack], findings: Sequence[Finding]) -> list[Finding]:
    """What is open although the tier promises to hold it."""
    promised = {each.id: each.tiers for each in attacks}
    return [each for each in findings if each.status == "open" and each.tier in promised[each.attack]]


def _write_json(attacks: Sequence[Attack], findings: Sequence[Finding], broken: Sequence[Finding]) -> None:
    import msgspec

    document = {
        "schema_version": SCHEMA_VERSION,
        "attacks": [
            {
                "id": attack.id,
                "row": attack.row,
                "what": attack.what,
                "promised": attack.tiers,
                "status": {each.tier: each.status for each in findings if each.attack == attack.id},
            }
            for attack in attacks
        ],
        "broken": [{"attack": each.attack, "tier": each.tier} for each in broken],
    }
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _show(
    attacks: Sequence[Attack],
    findings: Sequence[Finding],
    broken: Sequence[Finding],
    tiers: Sequence[Tier],
    language: Language,
) -> None:
    from rich.text import Text as Rich

    from grader.cli.tables import plain_table, show

    columns = [say("attack"), *(Text(en=tier.value, zh=tier.value) for tier in tiers)]
    table = plain_table(columns, language)
    status = {(each.attack, each.tier): each.status for each in findings}
    words = {"contained": say("contained"), "detected": say("detected"), "open": say("open"), "not run": say("not run")}
    styles = {"contained": "green", "detected": "green", "open": "red", "not run": "dim"}
    for attack in attacks:
        cells = [status[attack.id, tier] for tier in tiers]
        shown = [Rich(words[each].in_language(language), style=styles[each]) for each in cells]
        table.add_row(Rich(f"{attack.id}  {attack.what.in_language(language)}"), *shown)
    show(table)
    show("")
    if broken:
        names = ", ".join(f"{each.attack} ({each.tier.value})" for each in broken)
        show(Rich(say("NOT HELD although promised: {names}", names=names).in_language(language), style="bold red"))
    else:
        held = say(
            "Everything that these tiers promise to hold was held. What is open on a lower tier is not promised."
        )
        show(Rich(held.in_language(language)))
