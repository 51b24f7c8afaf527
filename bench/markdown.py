"""`docs/benchmarks.md`: one section a benchmark, each replaced when it is run again and kept otherwise."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import load, machine

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"

_HEAD = """# Benchmarks

Written by `make bench` and `make bench-fairness`. Each section says on which machine and when it was measured
and with what command it can be repeated. Figures are medians, with the quartiles in brackets; what stands side by
side was measured alternating in one run. These figures describe a machine; no test depends on them.
"""


@dataclass(frozen=True)
class Section:
    """One benchmark, as it is written."""

    title: str
    command: str
    text: str  # Markdown: what was done, in a sentence or two
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    notes: str = ""


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def render(section: Section, *, today: datetime.date, machine_line: str, load_line: str) -> str:
    """The section as Markdown, with where it comes from."""
    parts = [
        f"## {section.title}",
        section.text,
        table(section.columns, section.rows),
        section.notes,
        f"`{section.command}`, {today.isoformat()}, {machine_line}; load averages at the end {load_line}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def replace(page: str, title: str, section: str) -> str:
    """Put a rendered section in the place of the one with its title, or at the end."""
    head, *sections = re.split(r"^(?=## )", page or _HEAD, flags=re.MULTILINE)
    at = next((i for i, each in enumerate(sections) if each.startswith(f"## {title}\n")), None)
    if at is None:
        sections.append(section)
    else:
        sections[at] = section
    return "\n".join(part.rstrip("\n") + "\n" for part in [head, *sections])


def write(section: Section, page: Path = PAGE) -> None:
    """Write one section into the page."""
    rendered = render(
        section, today=datetime.datetime.now(datetime.UTC).date(), machine_line=machine(), load_line=load()
    )
    page.parent.mkdir(parents=True, exist_ok=True)
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    page.write_text(replace(before, section.title, rendered), encoding="utf-8")
