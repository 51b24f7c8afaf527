"""Pages for candidates and instructors come in two languages that say the same: same sections, tables, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEVELOPERS = {"architecture.md", "benchmarks.md", "faults.md", "proofs.md"}  # for those who change the grader itself
SUMMARIES = {"docs/exercises.md"}  # whose twin is short, says so, and leads to the whole
HAN = re.compile(r"[\u4e00-\u9fff]")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(^|\s)#.*$")


def twins() -> list[str]:
    """The English half of every pair of pages."""
    folders = [
        ROOT,
        ROOT / "docs",
        ROOT / "templates" / "kit",
        *(ROOT / "exercises").iterdir(),
        *(ROOT / "solutions").iterdir(),
    ]
    chinese = [path for folder in folders for path in folder.glob("*.zh.md")]
    names = sorted(str(path.relative_to(ROOT)).replace(".zh.md", ".md") for path in chinese)
    return [name for name in names if name not in SUMMARIES]


def pair(english: str) -> tuple[str, str]:
    path = ROOT / english
    return path.read_text(encoding="utf-8"), path.with_suffix(".zh.md").read_text(encoding="utf-8")


def code(page: str) -> list[list[str]]:
    """Its code blocks, line by line and without comments; an empty line where a line is in Chinese."""
    blocks = [block for _, block in FENCE.findall(page)]
    return [[COMMENT.sub("", line).rstrip() for line in block.splitlines()] for block in blocks]


def headings(page: str) -> list[int]:
    """How deep each heading is, code left aside, where `#` begins a comment."""
    return [len(found) for found in re.findall(r"^(#+) ", FENCE.sub("", page), re.MULTILINE)]


def rows(page: str) -> int:
    return sum(line.startswith("|") for line in FENCE.sub("", page).splitlines())


def test_every_page_for_candidates_and_instructors_has_a_twin() -> None:
    """No page is in English only, but for those on the grader's own insides."""
    pages = {path.name for path in (ROOT / "docs").glob("*.md") if not path.name.endswith(".zh.md")}

    assert sorted(name for name in pages - DEVELOPERS if not (ROOT / "docs" / f"{name[:-3]}.zh.md").exists()) == []


@pytest.mark.parametrize("english", twins())
def test_twins_have_the_same_sections_and_tables(english: str) -> None:
    """What is added on one side is added on the other."""
    one, other = pair(english)

    assert headings(one) == headings(other)
    assert rows(one) == rows(other)


@pytest.mark.parametrize("english", twins())
def test_twins_show_the_same_code(english: str) -> None:
    """A command that changes, changes in both; comments and words are each in their language."""
    one, other = code(pair(english)[0]), code(pair(english)[1])

    assert [len(block) for block in one] == [len(block) for block in other]
    for block, twin in zip(one, other, strict=True):
        assert [line for line, said in zip(block, twin, strict=True) if line != said and not HAN.search(said)] == []


@pytest.mark.parametrize("english", [name for name in twins() if not name.startswith("solutions/")])
def test_twins_lead_to_each_other(english: str) -> None:
    """A reader who landed on the wrong one is a click away from the other."""
    one, other = pair(english)
    name = Path(english).name

    assert f"]({name[:-3]}.zh.md)" in one
    assert f"]({name})" in other


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_links_lead_somewhere(page: str) -> None:
    """No page of the documentation points at what is not there."""
    text = FENCE.sub("", (ROOT / "docs" / page).read_text(encoding="utf-8"))
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]

    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
