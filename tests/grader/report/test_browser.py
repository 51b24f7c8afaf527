"""The page in a real browser: quiet, inert, readable in both themes and languages, on a phone, on paper, by keyboard.

GRADER_UPDATE_GOLDEN=1 writes the screenshots of `docs/images/` anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.model import Language, Report
from grader.report.html import render_html
from tests.grader import chromium
from tests.grader.chromium import CONTRAST, DESK, driven

pytestmark = pytest.mark.browser

IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
UPDATE = os.environ.get("GRADER_UPDATE_GOLDEN") == "1"
LANGUAGES = ("en", "zh")
THEMES = ("light", "dark")
PHONE = 360  # CSS pixels


class Browser(chromium.Browser):
    """Shows pages that are text so far."""

    def __init__(self, driver: Any, folder: Path) -> None:
        super().__init__(driver)
        self._folder = folder
        self._pages = 0

    def show(self, page: str, *, theme: str = "light", width: int = 0, media: str = "") -> str:
        """Show a page; returns its address."""
        self._pages += 1
        file = self._folder / f"page{self._pages}.html"
        file.write_text(page, encoding="utf-8")
        return self.open(file, theme=theme, width=width, media=media)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One headless browser for all tests."""
    with driven(tmp_path_factory.mktemp("profile")) as driver:
        yield Browser(driver, tmp_path_factory.mktemp("pages"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_quiet(browser: Browser, reports: dict[str, Report], templates: Path, language: Language) -> None:
    """No console message, and no request but for the file itself, for one report or for all at once."""
    for shown in ([reports["wrong"]], [reports["over"]], [reports["hostile"]], list(reports.values())):
        address = browser.show(render_html(shown, language, templates=templates))

        assert browser.requests() == [address]
        assert browser.complaints() == []


def test_injected_script_is_inert(browser: Browser, reports: dict[str, Report], templates: Path) -> None:
    """What a candidate wrote as markup is on the page as text; it made no element and ran nowhere."""
    browser.show(render_html([reports["hostile"]], "en", templates=templates))
    made = browser.run("return document.querySelectorAll('script, img, iframe, object, embed, form, base').length")

    assert made == 0
    assert "Wrong answer" in browser.driver.title
    assert "<script>document.title='pwned'</script>" in browser.run("return document.body.innerText")


def test_the_policy_is_in_force(browser: Browser, reports: dict[str, Report], templates: Path) -> None:
    """Even markup that got in would neither run, nor style, nor fetch."""
    browser.show(render_html([reports["wrong"]], "en", templates=templates))
    browser.run(
        """
        for (const [tag, text] of [['script', 'window.ran = true'], ['style', 'body { display: none }']]) {
          const element = document.createElement(tag);
          element.textContent = text;
          document.body.append(element);
        }
        const image = document.createElement('img');
        image.src = 'http://127.0.0.1:9/beacon';
        image.setAttribute('onerror', 'window.ran = true');
        document.body.append(image);
        """
    )

    assert browser.run("return window.ran") is None
    assert browser.run("return getComputedStyle(document.body).display") == "block"
    complaints = browser.complaints()
    for directive in ("script-src", "style-src", "img-src"):
        assert [each for each in complaints if "Content Security Policy" in each and directive in each]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [PHONE, 768])
def test_nothing_sticks_out(
    browser: Browser, reports: dict[str, Report], templates: Path, language: Language, width: int
) -> None:
    """A page is read by scrolling one way only, on a phone and on a tablet, whatever a candidate wrote."""
    for shown in (*([report] for report in reports.values()), list(reports.values())):
        browser.show(render_html(shown, language, templates=templates), width=width)
        browser.run("for (const each of document.querySelectorAll('details')) each.open = true")

        assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", THEMES)
def test_text_has_the_contrast_that_wcag_asks_for(
    browser: Browser, reports: dict[str, Report], templates: Path, theme: str
) -> None:
    """4.5 to 1 or more between every piece of text and what lies under it, in both themes."""
    browser.show(render_html(list(reports.values()), "en", templates=templates), theme=theme)
    browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
    seen, weak = browser.run(CONTRAST)

    assert seen > 500
    assert weak == []


def test_themes_differ(browser: Browser, reports: dict[str, Report], templates: Path) -> None:
    """The reader's setting is followed: light ground by day, dark by night."""
    grounds = []
    for theme in THEMES:
        browser.show(render_html([reports["wrong"]], "en", templates=templates), theme=theme)
        grounds.append(browser.run("return getComputedStyle(document.body).backgroundColor"))

    assert grounds == ["rgb(255, 255, 255)", "rgb(18, 21, 27)"]


GLYPH = """
const draw = text => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 48;
  const context = canvas.getContext('2d');
  context.font = `32px ${getComputedStyle(document.body).fontFamily}`;
  context.fillText(text, 4, 38);
  return [...context.getImageData(0, 0, 48, 48).data].filter((_, index) => index % 4 === 3).join();
};
return arguments[0].map(draw);
"""


def test_chinese_is_really_drawn(browser: Browser, reports: dict[str, Report], templates: Path) -> None:
    """Different characters give different pixels, and none gives the box that stands for a missing glyph."""
    browser.show(render_html([reports["wrong"]], "zh", templates=templates))
    assert "答案错误" in browser.run("return document.querySelector('.verdict-word').innerText")
    box, blank, *drawn = browser.run(GLYPH, ["\u0378", " ", "答", "案", "错", "误"])

    assert len(set(drawn)) == 4
    assert not {box, blank} & set(drawn)


def test_paper_shows_what_a_click_would(browser: Browser, reports: dict[str, Report], templates: Path) -> None:
    """Nobody can unfold paper: closed details are printed open, and nothing is cut off by scrolling."""
    page = render_html([reports["wrong"], reports["over"]], "en", templates=templates)
    hidden = "return [...document.querySelectorAll('details > :not(summary)')].filter(e => !e.checkVisibility({contentVisibilityAuto: true})).length"  # noqa: E501
    browser.show(page)
    assert browser.run(hidden) > 0
    browser.show(page, media="print", theme="dark")

    assert browser.run(hidden) == 0
    assert browser.run("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert browser.run("return [...document.querySelectorAll('pre')].every(e => e.scrollHeight <= e.clientHeight + 1)")


def test_the_keyboard_reaches_everything(browser: Browser, reports: dict[str, Report], templates: Path) -> None:
    """The first stop is the way to the result; every fold can be opened by key; the focus can be seen."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    browser.show(render_html([reports["wrong"]], "en", templates=templates))
    body = browser.driver.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    focused = browser.driver.switch_to.active_element
    assert focused.get_attribute("class") == "skip"
    assert focused.rect["x"] >= 0
    hint = browser.driver.find_element(By.CSS_SELECTOR, ".hints details summary")
    browser.run("arguments[0].focus()", hint)
    hint.send_keys(Keys.ENTER)

    assert browser.run("return arguments[0].parentElement.open", hint)
    assert browser.run("return document.activeElement === arguments[0]", hint)
    outline = browser.run("return getComputedStyle(arguments[0]).outlineStyle", hint)
    assert outline == "solid"


def test_assistive_technology_is_told_what_is_shown(
    browser: Browser, reports: dict[str, Report], templates: Path
) -> None:
    """Charts and tables have names, and marks that repeat a word are silent."""
    browser.show(render_html([reports["over"]], "en", templates=templates))
    browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
    nodes = browser.command("Accessibility.getFullAXTree")["nodes"]
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and "role" in node
    ]

    assert ("main", "") in named
    assert [name for role, name in named if role == "image"] == [
        "4.60× the time of the reference (interval 4.40× to 4.80×); the budget is 3.00×."
    ]
    assert all(name for role, name in named if role in ("table", "heading", "link", "region", "navigation"))
    assert not [name for _, name in named if name in ("✓", "✗", "–")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pictures_for_the_documentation(
    browser: Browser, reports: dict[str, Report], templates: Path, language: Language, theme: str, width: int
) -> None:
    """The published pictures can be made, and the page is not blank in any of them."""
    browser.show(render_html([reports["wrong"]], language, templates=templates), theme=theme, width=width)
    picture = browser.picture()
    if UPDATE and (width == DESK or theme == "light"):
        IMAGES.mkdir(parents=True, exist_ok=True)
        name = f"report-{language}-{theme}{'-phone' if width == PHONE else ''}.png"
        (IMAGES / name).write_bytes(picture)

    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 20_000
