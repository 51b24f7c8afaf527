"""The pages on the articles' code: each in one language, the same in both, and what the exercises say today."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.model import Language, Text

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.articles import BLOCKS, DOCS, PAGES

HAN = re.compile(r"[\u4e00-\u9fff]")
NAMED = re.compile(r"^- \*\*(\w+)\*\*[:：] ?(.*?) ?[(（](`[\w`, 、]+`)[)）]$", re.MULTILINE)
ID = re.compile(r"`(\w+)`")


def page(language: Language) -> str:
    return (DOCS / PAGES[language]).read_text(encoding="utf-8")


def sections(language: Language) -> dict[str, str]:
    parts = re.split(r"^## ", page(language), flags=re.MULTILINE)[1:]
    return dict(each.split("\n", 1) for each in parts)


def named(section: str) -> list[tuple[str, list[str]]]:
    """The functions that were found wrong, with the mistakes."""
    return [(function, ID.findall(mistakes)) for function, _, mistakes in NAMED.findall(section)]


@pytest.mark.parametrize("language", list(PAGES))
def test_every_block_is_there(language: Language) -> None:
    """In the order of the tool, each with at least one diagnosis."""
    there = sections(language)

    assert list(there) == [f"{block.slug}: {block.mistake}" for block in BLOCKS]
    assert all(named(each) for each in there.values())


def test_both_pages_have_the_same_findings() -> None:
    """Code, points and mistakes are the same; only the words differ."""
    english, chinese = sections("en"), sections("zh")

    for heading, section in english.items():
        other = chinese[heading]
        assert named(section) == named(other)
        assert re.findall(r"^```.*?^```$", section, re.M | re.S) == re.findall(r"^```.*?^```$", other, re.M | re.S)
        points = [re.search(r"^`\S+?\.py`\D*([\d.]+)\D+([\d.]+)", each, re.MULTILINE) for each in (section, other)]
        assert points[0] and points[1]
        assert points[0].groups() == points[1].groups()


def test_each_page_is_in_one_language() -> None:
    """Neither shows the sentences of the other."""
    quoted = {language: re.findall(r"^  > (.+)$", page(language), re.MULTILINE) for language in PAGES}

    assert quoted["en"]
    assert not [line for line in quoted["en"] if HAN.match(line)]
    assert not [line for line in quoted["zh"] if not HAN.search(line)]


@pytest.mark.parametrize("language", list(PAGES))
def test_it_says_what_the_exercises_say_today(language: Language) -> None:
    """A mistake whose words were changed asks for `python -m tools.articles`."""
    for block in BLOCKS:
        mistakes = {each.id: each for each in load(block.slug).mistakes}
        section = sections(language)[f"{block.slug}: {block.mistake}"]
        for _, ids in named(section):
            for each in ids:
                said: list[Text] = [mistakes[each].title, mistakes[each].explanation]
                assert [text.en for text in said if text.in_language(language) not in section] == []
