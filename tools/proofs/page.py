"""`docs/proofs.md`: the figures of all proofs that have been run, exercise by exercise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.catalog.find import slugs
from tools.proofs.gradings import read

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proofs.md"

_HEAD = """# Tests of the tests

Written by `python -m tools.proofs`, a step of `make proof`. The proof that every known mistake fails and is named as
itself is `grader audit`; this page is about what an audit cannot show.

- **Mutants**: the reference with one small fault put in by machine, graded without timing. *Equivalent* mutants differ
  from the reference in nothing that the contract promises; each has its reason.
- **Pairs**: two known mistakes merged into one submission, half of them in the same function where there are that
  many. A wrong name is a named set that holds neither of the two.
- **Repeated**: every mistake and the reference graded again with other seeds, every second time with all cores busy.
"""


def write(page: Path = PAGE) -> None:
    """Write the page anew."""
    parts = [_HEAD]
    for slug in slugs():
        lines = [*_mutants(read("mutants", slug)), *_pairs(read("pairs", slug)), *_repeated(read("repeat", slug))]
        if lines:
            parts.append(f"## {slug}\n\n" + "\n".join(lines).rstrip() + "\n")
    page.write_text("\n".join(parts), encoding="utf-8")


def _mutants(figures: dict[str, Any] | None) -> Iterator[str]:
    if figures is None:
        return
    real = figures["mutants"] - len(figures["equivalent"])
    yield (
        f"**Mutants**: {figures['killed']} of {real} killed ({figures['killed'] / real:.1%}); "
        f"{figures['mutants']} made, {len(figures['equivalent'])} of them equivalent."
    )
    yield ""
    if figures["survivors"]:
        yield (
            "Not killed and not explained: "
            + "; ".join(f"`{_cell(each['id'])}`" for each in figures["survivors"])
            + "."
        )
        yield ""
    if figures["equivalent"]:
        yield "| equivalent mutant | why |"
        yield "| --- | --- |"
        for name, why in figures["equivalent"].items():
            yield f"| `{_cell(name)}` | {_cell(why)} |"
        yield ""
    alone = figures["killed_by_one_check_only"]
    if alone:
        listed = ", ".join(f"`{check}` ({count})" for check, count in alone.items())
        yield f"Killed by one check only: {listed}."
        yield ""


def _pairs(figures: dict[str, Any] | None) -> Iterator[str]:
    if figures is None:
        return
    split = f"{figures['one function']} in one function, {figures['two functions']} in two"
    told = ", ".join(f"{name}: {count}" for name, count in figures["tally"].items())
    yield f"**Pairs**: {figures['pairs']} ({split}). {told}. Wrong names: {len(figures['wrong'])}."
    for each in figures["wrong"]:
        named = "; ".join("`" + "`, `".join(names) + "`" for names in each["named"])
        yield f"- `{each['pair']}` was named {named}"
    if figures["cancel out"]:
        yield "- right again, since the two cancel out: " + ", ".join(f"`{name}`" for name in figures["cancel out"])
    yield ""


def _repeated(figures: dict[str, Any] | None) -> Iterator[str]:
    if figures is None:
        return
    changed = ", ".join(f"`{name}`" for name in figures["changed"]) or "none"
    yield (
        f"**Repeated**: {figures['gradings']} gradings of {figures['submissions']} submissions; "
        f"verdict or score not the same every time: {changed}."
    )
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'").replace("\n", " ")
