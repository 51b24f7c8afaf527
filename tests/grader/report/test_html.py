"""The page by its structure: one file, one policy, everything escaped, sound for keyboards and screen readers."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import itertools
import re
from pathlib import Path

import pytest

from grader.errors import ReportError
from grader.model import Language, Report
from grader.report.html import render_html, with_code
from grader.report.redact import View

VOID = {"meta", "link", "br", "img", "hr", "input", "rect", "path", "circle"}


class _Page(html.parser.HTMLParser):
    """Elements, attributes and text of a page; checks that tags close in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.headings: list[int] = []
        self._open: list[str] = []
        self.feed(source)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def ids(self) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get("id"))]


def test_the_default_templates_are_found(reports: dict[str, Report]) -> None:
    """Without a folder given, the page is made from this copy's own templates."""
    assert render_html([reports["accepted"]], "en").startswith("<!doctype html>")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", ["practice", "assessment"])
def test_every_report_renders_well_formed(
    reports: dict[str, Report], templates: Path, language: Language, view: View
) -> None:
    """All tags close in order, in both languages and both views, one report or many."""
    for page in (
        *([report] for report in reports.values()),
        list(reports.values()),
        [],
    ):
        _Page(render_html(page, language, view, templates=templates))


def test_the_policy_covers_exactly_the_page_s_styles(reports: dict[str, Report], templates: Path) -> None:
    """The hash in the policy is that of the one style sheet; nothing else is allowed, no script exists."""
    source = render_html([reports["wrong"]], "en", templates=templates)
    (style,) = re.findall(r"<style>(.*?)</style>", source, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(each["content"] for each in _Page(source).all("meta") if "http-equiv" in each)

    assert policy is not None
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:;")
    assert "unsafe" not in policy
    assert "<script" not in source
    assert " style=" not in source


def test_nothing_is_loaded_from_elsewhere(reports: dict[str, Report], templates: Path) -> None:
    """Links lead inside the page; there is no source, import or URL that fetches."""
    source = render_html(list(reports.values())[:-1], "en", templates=templates)
    page = _Page(source)

    assert all((each["href"] or "").startswith("#") for each in page.all("a"))
    assert [each["href"] for each in page.all("link")] == ["data:,"]
    assert not [attributes for _, attributes in page.elements if "src" in attributes]
    assert "url(" not in source
    assert "@import" not in source


def test_every_link_has_its_target(reports: dict[str, Report], templates: Path) -> None:
    """And every id is there once."""
    page = _Page(render_html(list(reports.values()), "zh", templates=templates))
    ids = page.ids()

    assert len(ids) == len(set(ids))
    assert {(each["href"] or "")[1:] for each in page.all("a")} <= set(ids)
    named = {each for _, attributes in page.elements for each in (attributes.get("aria-labelledby") or "").split()}
    assert named <= set(ids)


@pytest.mark.parametrize("several", [False, True])
def test_headings_descend_one_by_one(reports: dict[str, Report], templates: Path, several: bool) -> None:
    """One first heading, and no level skipped on the way down."""
    shown = [reports["wrong"], reports["over"]] if several else [reports["wrong"]]
    headings = _Page(render_html(shown, "en", templates=templates)).headings

    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(low - high <= 1 for high, low in itertools.pairwise(headings))


def test_landmarks_captions_and_labels(reports: dict[str, Report], templates: Path) -> None:
    """One main landmark, a skip link into it, a caption on every table, a name on every chart and section."""
    source = render_html([reports["over"]], "en", templates=templates)
    page = _Page(source)

    assert [each["id"] for each in page.all("main")] == ["main"]
    assert page.all("a")[0]["href"] == "#main"
    assert len(page.all("caption")) == len(page.all("table")) > 0
    assert all(
        "aria-label" in each or each.get("aria-hidden") == "true" or "viewbox" in each for each in page.all("svg")
    )
    assert all(each.get("aria-labelledby") for each in page.all("section"))
    assert all(each.get("scope") in ("col", "row") for each in page.all("th"))


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_the_language_is_declared(reports: dict[str, Report], templates: Path, language: Language, tag: str) -> None:
    """Screen readers choose their voice by it, browsers their font."""
    page = _Page(render_html([reports["wrong"]], language, templates=templates))

    assert page.all("html")[0]["lang"] == tag


def test_verdict_and_score_come_first(reports: dict[str, Report], templates: Path) -> None:
    """Then the parts with their diagnoses, then time, then how it was graded."""
    source = render_html([reports["over"]], "en", templates=templates)
    order = ("Over budget", "85", "Part by part", "Time against the reference", "How it was graded", "Isolation A")
    body = source[source.index("<main") :]
    places = [body.index(each) for each in order]

    assert places == sorted(places)


def test_hints_come_in_three_steps_that_open(reports: dict[str, Report], templates: Path) -> None:
    """A hint is read only by who asks for it."""
    source = render_html([reports["wrong"]], "en", templates=templates)

    assert [f"Hint {number}" in source for number in (1, 2, 3)] == [True] * 3
    assert source.count("<details>") >= 9
    assert "Hint 1" not in render_html([reports["wrong"]], "en", "assessment", templates=templates)


def test_several_reports_get_an_index(reports: dict[str, Report], templates: Path) -> None:
    """One row a submission, linked to its report."""
    source = render_html([reports["accepted"], reports["wrong"]], "en", templates=templates)

    assert [f'href="#r{number}"' in source for number in (1, 2)] == [True, True]
    assert "2 submissions" in source
    assert 'id="index"' not in render_html([reports["wrong"]], "en", templates=templates)


def test_hostile_strings_are_text_and_nothing_else(reports: dict[str, Report], templates: Path) -> None:
    """Same elements as without them: nothing that a candidate wrote opened, closed or evaluated anything."""
    source = render_html([reports["hostile"]], "en", templates=templates)
    page = _Page(source)

    assert {name for name, _ in page.elements}.isdisjoint({"script", "img", "iframe", "object"})
    assert any("<script>document.title='pwned'</script>" in text for text in page.texts)
    assert any("{{ 7*7 }}" in text for text in page.texts)
    assert len(page.all("style")) == 1
    assert len(source) < 400_000
    assert all(each.isprintable() or each == "\n" or each == "\t" for each in source)


def test_a_broken_template_is_an_error_of_ours(reports: dict[str, Report], tmp_path: Path) -> None:
    """It names the folder, in both languages."""
    with pytest.raises(ReportError) as caught:
        render_html([reports["wrong"]], "en", templates=tmp_path)

    assert str(tmp_path) in caught.value.text.en
    assert "模板" in caught.value.text.zh


def test_backticks_make_code_and_nothing_else() -> None:
    """What an author marks as code is shown as code; whatever is in it stays text, and a lone backtick is one."""
    assert with_code("Use `~mask`, not `<b>`.") == "Use <code>~mask</code>, not <code>&lt;b&gt;</code>."
    assert with_code("a ` b\n` c") == "a ` b\n` c"
