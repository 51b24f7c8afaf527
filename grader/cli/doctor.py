"""`grader doctor`: what this machine can enforce, which tier results, what is missing and what to do about it."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.list import installed
from grader.cli.page import Command, option
from grader.i18n import say
from grader.model import Language, Text, Tier

if TYPE_CHECKING:
    from grader.jail.findings import Findings

SCHEMA_VERSION = 1

GRADED_TIERS = (Tier.A_PLUS, Tier.A, Tier.B, Tier.C)  # files stay secret; below these, practice only
LIBRARIES = ("torch", "transformers", "gensim", "pytest", "numpy", "jinja2", "click", "msgspec")


@click.command(cls=Command, name="doctor", help="Say what this machine can enforce, and what to do about the rest.")
@option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")
@option("--attack", is_flag=True, help="Try hostile submissions on this machine, on every tier that it can hold.")
def doctor(as_json: bool, attack: bool) -> int:
    """Examine, and return 0 where graded runs are possible (and every attack is held), 1 elsewhere."""
    from grader.jail.probe import probe, tier_of

    findings = probe()
    tier = tier_of(findings)
    if attack:
        from grader.cli.attacks import try_attacks
        from grader.jail.tiers import tiers_of

        held = try_attacks(tiers_of(findings), language_of(), as_json=as_json)
        return exits.ACCEPTED if held and tier in GRADED_TIERS else exits.NOT_ACCEPTED
    if as_json:
        _write_json(findings, tier)
    else:
        _show(findings, tier, language_of())
    return exits.ACCEPTED if tier in GRADED_TIERS else exits.NOT_ACCEPTED


def _write_json(findings: Findings, tier: Tier) -> None:
    import msgspec

    document = {
        "schema_version": SCHEMA_VERSION,
        "tier": tier,
        "graded_runs": tier in GRADED_TIERS,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "findings": [{"id": name, **msgspec.to_builtins(finding)} for name, finding in _named(findings)],
        "libraries": {name: installed(name) for name in LIBRARIES},
    }
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _named(findings: Findings) -> list[tuple[str, object]]:
    rows = set(map(id, findings.rows()))
    values = ((name, getattr(findings, name)) for name in findings.__struct_fields__)
    return [(name, value) for name, value in values if id(value) in rows]


def _show(findings: Findings, tier: Tier, language: Language) -> None:
    from rich.text import Text as Rich

    from grader.cli.tables import STYLES, plain_table, show
    from grader.report.words import MARKS, tier_tone

    def mark(ok: bool) -> Rich:
        return Rich(MARKS["good"], style="green") if ok else Rich(MARKS["calm"], style="dim")

    table = plain_table([say("feature"), say("found"), say("what to do")], language)
    for each in findings.rows():
        name = Rich.assemble(mark(each.ok), " ", each.name.in_language(language))
        table.add_row(name, Rich(each.detail.in_language(language)), Rich(each.remedy.in_language(language)))
    show(table)
    show("")
    libraries = plain_table([say("library"), say("version")], language)
    libraries.add_row("python", f"{platform.python_version()} ({sys.executable})")
    for library in LIBRARIES:
        version = installed(library)
        libraries.add_row(library, Rich(say("not installed").in_language(language) if version is None else version))
    show(libraries)
    show("")
    show(
        Rich(
            say("Isolation tier {tier}", tier=tier.value).in_language(language), style=f"bold {STYLES[tier_tone(tier)]}"
        )
    )
    show(Rich(_consequence(tier).in_language(language)))


def _consequence(tier: Tier) -> Text:
    if tier in GRADED_TIERS:
        return say("Submissions of people whom you do not trust can be graded here.")
    return say("Only for practice: do not grade submissions of people whom you do not trust on this machine.")
