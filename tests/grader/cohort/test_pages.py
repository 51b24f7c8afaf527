"""The site in a real browser: quiet, inert, quick, sortable, readable without scripts, in both themes and languages.

GRADER_UPDATE_GOLDEN=1 writes the screenshots of `docs/images/` anew.
"""

from __future__ import annotations

import html.parser
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.cohort import pages
from grader.cohort.pages import Site, write_site
from grader.cohort.roll import call_roll
from grader.cohort.rules import Rules, read_rules
from grader.errors import ReportError
from grader.gradebook import Gradebook
from grader.model import Language
from tests.grader import chromium
from tests.grader.chromium import CONTRAST, driven

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import Classroom

LANGUAGES: tuple[Language, ...] = ("en", "zh")
THEMES = ("light", "dark")
PHONE, DESK = 360, 1100  # CSS pixels
IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
UPDATE = os.environ.get("GRADER_UPDATE_GOLDEN") == "1"
RULES = """
schema = 1
title = "Autumn intake 2026"
[exercises.self_attention]
weight = 2
deadline = 2026-11-09T18:00:00+00:00
[late]
grace_minutes = 15
percent_per_day = 10
at_most_percent = 50
"""


def make(file: Path, folder: Path, language: Language, *, anonymous: bool = False) -> Path:
    rules = folder.with_suffix(".toml")
    rules.write_text(RULES, encoding="utf-8")
    with Gradebook.open(file) as book:
        known = ("self_attention", "word2vec")
        write_site(book, read_rules(rules, known), language, folder, anonymous=anonymous)
    return folder


@pytest.fixture(scope="module")
def sites(cohort_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    """Forty people in both languages."""
    folder = tmp_path_factory.mktemp("sites")
    return {language: make(cohort_file, folder / language, language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def thousand(made_up: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand people: the index only, without the pages that take the time."""
    folder = tmp_path_factory.mktemp("thousand")
    made_up.gradebook(folder / "book.sqlite", 1000, ("self_attention",))
    with pytest.MonkeyPatch.context() as patch, Gradebook.open(folder / "book.sqlite") as book:
        patch.setattr(pages, "look_for", lambda *_: ())  # it has tests of its own
        page = next(pages.Site(book, call_roll(book, Rules()), "en").pages())
    (folder / page.name).write_text(page.text, encoding="utf-8")
    return folder / page.name


# ---- files -----------------------------------------------------------------------------------------------------------


class Links(html.parser.HTMLParser):
    """Every address on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere_inside(sites: dict[Language, Path], language: Language) -> None:
    """No page points outside of the folder, nor at what is not there; every page can be reached from the index."""
    folder = sites[language]
    pages = {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in folder.rglob("*.html")}
    reached = {"index.html"}
    for name, text in pages.items():
        links = Links()
        links.feed(text)
        for link in links.found:
            path, _, anchor = link.partition("#")
            if link == "data:,":
                continue
            target = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
            assert target in pages, (name, link)
            assert not anchor or f'id="{anchor}"' in pages[target], (name, link)
            reached.add(target)

    assert reached == set(pages)
    assert len([name for name in pages if name.startswith("candidates/")]) == 39


def test_hostile_names_make_no_markup(classroom: Classroom, hostile_name: str, tmp_path: Path) -> None:
    """As text on the index and on a page of their own; nowhere in the name of a file."""
    classroom.hand_in(hostile_name, "easy", mistakes=("<img src=x>",), source="</pre><script>alert(2)</script>" * 99)
    classroom.hand_in("copy" + hostile_name, "easy", source="</pre><script>alert(2)</script>" * 99)
    book = classroom.close_door()
    book.mark(book.attempts()[0].id, "hard", 1, who="<b>kim</b>", why="<i>why</i>")
    book.close()
    with Gradebook.open(tmp_path / "classroom.sqlite") as again:
        write_site(again, read_rules(None, ()), "en", tmp_path / "report")
    for file in (tmp_path / "report").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert text.count("<script>") == (1 if file.name == "index.html" else 0)
        assert not re.search(r"<(img|b|i)[ >]", text)
        assert "\u202e" not in text
        assert re.fullmatch(r"[\w/.-]+", file.relative_to(tmp_path / "report").as_posix(), re.ASCII)


def test_anonymous_pages_name_nobody(cohort_file: Path, tmp_path: Path) -> None:
    """No name that the gradebook knows is on any page, whole or in part that is long enough to tell."""
    folder = make(cohort_file, tmp_path / "report", "en", anonymous=True)
    everything = "\n".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.html"))
    with Gradebook.open(cohort_file) as book:
        people = book.candidates()

    assert not [each.name for each in people if each.name in everything]
    assert not [each.opaque for each in people if each.opaque in everything]
    assert len(list((folder / "candidates").iterdir())) == len(people)


def test_the_same_gradebook_gives_the_same_site(cohort_file: Path, sites: dict[Language, Path], tmp_path: Path) -> None:
    """Byte for byte: what differs between two reports is what changed in the gradebook."""
    again = make(cohort_file, tmp_path / "report", "en")
    for file in sites["en"].rglob("*.html"):
        assert file.read_bytes() == (again / file.relative_to(sites["en"])).read_bytes()


def test_broken_templates_are_our_fault(cohort_file: Path, tmp_path: Path) -> None:
    """And are named."""
    with Gradebook.open(cohort_file) as book, pytest.raises(ReportError, match="missing or broken"):
        Site(book, call_roll(book, Rules()), "en", templates=tmp_path)


# ---- in a browser ----------------------------------------------------------------------------------------------------


class Browser(chromium.Browser):
    """Reads the list of candidates."""

    desk = DESK

    def names(self) -> list[str]:
        """The candidates that are shown, in order."""
        return self.run(
            "return [...document.querySelectorAll('#list tbody tr')].filter(row => !row.hidden)"
            ".map(row => row.querySelector('a').textContent)"
        )


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One headless browser for all tests."""
    with driven(tmp_path_factory.mktemp("profile")) as driver:
        yield Browser(driver)


def some_pages(site: Path) -> list[Path]:
    """The index, the longest page of a candidate, a pair."""
    person = max((site / "candidates").iterdir(), key=lambda file: (file.stat().st_size, file.name))
    return [site / "index.html", person, min((site / "passages").iterdir())]


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_quiet(browser: Browser, sites: dict[Language, Path], language: Language) -> None:
    """No console message, no request but for the file itself."""
    for file in some_pages(sites[language]):
        browser.open(file)

        assert browser.requests() == [file.as_uri()]
        assert browser.complaints() == []


@pytest.mark.browser
def test_sorting(browser: Browser, sites: dict[Language, Path]) -> None:
    """By name, by a number, there and back; the column says so to those who do not see it."""
    browser.open(sites["en"] / "index.html")
    by_name = browser.names()
    click = "document.querySelectorAll('#list thead button')[arguments[0]].click()"
    browser.run(click, 1)
    totals = "return [...document.querySelectorAll('#list tbody tr')].map(row => Number(row.cells[1].dataset.v))"
    rising = browser.run(totals)
    browser.run(click, 1)
    falling = browser.run(totals)

    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert browser.run("return document.querySelector('#list th[aria-sort]').textContent") == "Total"
    browser.run(click, 0)
    assert browser.names() == by_name


@pytest.mark.browser
def test_search_and_filter(browser: Browser, sites: dict[Language, Path]) -> None:
    """By part of a name in any capitals, by what waits, by a mistake; how many are shown is said."""
    browser.open(sites["en"] / "index.html")
    everybody = browser.names()
    write = (
        "const [id, value, event] = arguments; const field = document.getElementById(id); field.value = value;"
        " field.dispatchEvent(new Event(event, { bubbles: true }));"
    )
    browser.run(write, "search", "OKAF", "input")
    found = browser.names()
    assert found == [name for name in everybody if "okaf" in name.lower()]
    assert browser.run("return document.getElementById('shown').textContent") == f"{len(found)} / {len(everybody)}"
    browser.run(write, "search", "", "input")
    browser.run(write, "filter", "w", "change")
    waiting = browser.run("return document.querySelectorAll('#list tbody .pill').length")
    assert len(browser.names()) == waiting > 0
    option = browser.run(
        "return [...document.querySelectorAll('#filter option')].find(o => /^[0-9]+$/.test(o.value)).value"
    )
    browser.run(write, "filter", option, "change")
    made = browser.names()
    listed = browser.run("return document.querySelector('.names dd').textContent")

    assert made
    assert all(name in listed for name in made)


@pytest.mark.browser
def test_without_scripts_everything_can_be_read(browser: Browser, sites: dict[Language, Path]) -> None:
    """The tools that would do nothing are not shown; the list is whole."""
    browser.open(sites["en"] / "index.html", scripts=False)
    document = browser.command("DOM.getDocument", depth=-1)["root"]
    tools = browser.command("DOM.querySelector", nodeId=document["nodeId"], selector="#tools")["nodeId"]
    rows = browser.command("DOM.querySelectorAll", nodeId=document["nodeId"], selector="#list tbody tr")["nodeIds"]
    buttons = browser.command("DOM.querySelectorAll", nodeId=document["nodeId"], selector="#list button")["nodeIds"]
    browser.command("Emulation.setScriptExecutionDisabled", value=False)

    assert "hidden" in browser.command("DOM.getAttributes", nodeId=tools)["attributes"]
    assert (len(rows), len(buttons)) == (39, 0)


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, 768])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out(browser: Browser, sites: dict[Language, Path], language: Language, width: int) -> None:
    """A page is read by scrolling one way only."""
    for file in some_pages(sites[language]):
        browser.open(file, width=width)
        browser.run("for (const each of document.querySelectorAll('details')) each.open = true")

        assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.parametrize("theme", THEMES)
def test_contrast(browser: Browser, sites: dict[Language, Path], theme: str) -> None:
    """4.5 to 1 or more between text and what lies under it, in both themes."""
    for file in some_pages(sites["en"]):
        browser.open(file, theme=theme)
        browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
        seen, weak = browser.run(CONTRAST)

        assert seen > 100
        assert weak == []


@pytest.mark.browser
def test_paper(browser: Browser, sites: dict[Language, Path]) -> None:
    """Whole tables instead of windows on them, black on white, without what only a screen can use."""
    browser.open(sites["en"] / "index.html", media="print", theme="dark")

    assert browser.run("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert browser.run(
        "return [...document.querySelectorAll('.list')].every(e => e.scrollHeight <= e.clientHeight + 1)"
    )
    assert browser.run("return getComputedStyle(document.getElementById('tools')).display") == "none"


@pytest.mark.browser
def test_charts_have_names_and_tables(browser: Browser, sites: dict[Language, Path]) -> None:
    """Each chart says what it shows, and a table of the same numbers stands behind it; so for the map."""
    browser.open(sites["en"] / "index.html")
    charts = "return [...document.querySelectorAll('svg.chart')].map(e => [e.getAttribute('aria-label'), e.closest('figure').querySelectorAll('details table tbody tr').length])"  # noqa: E501
    found = browser.run(charts)

    assert len(found) >= 4
    assert all(label and rows for label, rows in found)
    unnamed = "return [...document.querySelectorAll('svg:not([role=img]):not([aria-hidden])')].length"
    assert browser.run(unnamed) == 0
    counts = "const map = document.querySelector('table.map'); const marks = map.querySelectorAll('a rect').length; return [marks, map.closest('section').querySelectorAll('.names a').length]"  # noqa: E501
    marks, names = browser.run(counts)
    assert marks == names > 0


@pytest.mark.browser
def test_a_thousand_people_stay_light(browser: Browser, thousand: Path) -> None:
    """Less than 3 MB and few elements; a search goes through all. How long it takes stands in `docs/benchmarks.md`."""
    assert thousand.stat().st_size < 3_000_000
    browser.open(thousand)
    everybody = browser.names()
    assert browser.run("return document.querySelectorAll('*').length") < 40_000
    browser.run("const field = document.getElementById('search'); field.value = 'chen 1'")
    browser.run("document.getElementById('search').dispatchEvent(new Event('input'))")

    assert len(everybody) > 900
    assert {name for name in everybody if "chen" in name.lower() and "1" in name} <= set(browser.names())
    assert len(browser.names()) < len(everybody)


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_pictures_for_the_documentation(
    browser: Browser, sites: dict[Language, Path], language: Language, theme: str
) -> None:
    """The published pictures can be made, and the page is not blank in any of them."""
    browser.open(sites[language] / "index.html", theme=theme)
    picture = browser.picture(height=1500)
    if UPDATE:
        IMAGES.mkdir(parents=True, exist_ok=True)
        (IMAGES / f"cohort-{language}-{theme}.png").write_bytes(picture)

    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 20_000
