"""Passages in common: the list, two sources side by side, and words that accuse nobody."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.catalog.load import load
from grader.cohort.roll import call_roll
from grader.cohort.rules import Rules
from grader.cohort.similar_view import Found, look_for, pair_page_view, similar_view
from grader.i18n import gettext_for
from grader.report.phrase import Phrase

if TYPE_CHECKING:
    from conftest import Classroom

ROOT = Path(__file__).resolve().parents[3]
ACCUSING = {
    "en": r"plagiar|cheat|copied|copying|stole|suspect|dishonest|guilt|misconduct|offen[cs]e",
    "zh": "抄袭|剽窃|作弊|舞弊|嫌疑|可疑|违规|不诚实",
}


def found_in(classroom: Classroom, **more: str) -> Found:
    source = load("word2vec").reference.read_text(encoding="utf-8")
    classroom.hand_in("ada", exercise="word2vec", source=source)
    classroom.hand_in("ben", exercise="word2vec", source=f"# Ben Benson\n\n{source}")
    classroom.hand_in("eve", exercise="word2vec", source="x = 1\n")
    (found,) = look_for(classroom.close_door(), call_roll(classroom.book, Rules()))
    return found


def test_the_list(classroom: Classroom) -> None:
    """Who with whom, how much, and where to read both."""
    view = similar_view([found_in(classroom)], Phrase("en"))
    (pair,) = view.pairs

    assert {pair.first.label, pair.second.label} == {"ada", "ben"}
    assert (pair.percent, pair.page) == ("100 %", "passages/word2vec-001.html")
    assert view.clusters == ()  # two are a pair, not a cluster


def test_side_by_side(classroom: Classroom) -> None:
    """Each file whole, with its own numbers of lines, what is common marked."""
    found = found_in(classroom)
    view = pair_page_view(found, found.similarity.pairs[0], Phrase("en"), None)

    assert view.second.lines[0].text == "# Ben Benson"
    assert not view.second.lines[0].common
    common = [line.text for line in view.first.lines if line.common]
    assert common == [line.text for line in view.second.lines if line.common]
    assert len(common) > 40


def test_nameless_side_by_side(classroom: Classroom) -> None:
    """Comments, in which people sign, are taken out."""
    found = found_in(classroom)
    names = {person.id: "Ben Benson" for person in found.people}
    view = pair_page_view(found, found.similarity.pairs[0], Phrase("en"), names)

    assert not [line for line in view.second.lines if "Benson" in line.text]


@pytest.mark.parametrize("name", ["x", 'Anne "Q"'])
def test_names_in_sources(classroom: Classroom, name: str) -> None:
    """One letter is no reason to make code unreadable; a name with quotes is found as it is written."""
    source = load("word2vec").reference.read_text(encoding="utf-8")
    signed = f"{source}\nSIGNED = 'by {name}'\ndef attention(x): return max(x)\n"
    for each in ("one", "two"):
        classroom.hand_in(each, exercise="word2vec", source=f"{signed}{each} = 1\n")
    (found,) = look_for(classroom.close_door(), call_roll(classroom.book, Rules(), anonymous=True))
    names = {person.id: name for person in found.people}
    view = pair_page_view(found, found.similarity.pairs[0], Phrase("en"), names)
    lines = [line.text for line in view.first.lines]

    assert "def attention(x): return max(x)" in lines
    assert ("SIGNED = 'by x'" if name == "x" else f"SIGNED = 'by {view.first.name}'") in lines


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_word_accuses(language: str) -> None:
    """Neither on the pages nor in what the commands say about them."""
    templates = [file.read_text(encoding="utf-8") for file in (ROOT / "templates" / "cohort").glob("*.j2")]
    words = "\n".join(templates)
    if language == "zh":
        words = (ROOT / "grader" / "locale" / "zh" / "cohort_report.po").read_text(encoding="utf-8")
        assert gettext_for("zh")("Passages in common") in words

    assert not re.search(ACCUSING[language], words, re.IGNORECASE)
