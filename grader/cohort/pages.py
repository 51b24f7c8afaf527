"""The site: an index, a page for each candidate, a page for each pair with passages in common.

Every page is one self-contained file that opens offline, under a policy that allows its own style sheet and its own
script, both by hash, and nothing else; without scripts everything can still be read. `publish` puts
them in place.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2
import msgspec
from markupsafe import Markup

from grader.cohort.anonymous import nameless
from grader.cohort.index_view import index_view, page_of
from grader.cohort.person_view import person_view
from grader.cohort.publish import publish
from grader.cohort.roll import Roll, call_roll
from grader.cohort.rules import Rules
from grader.cohort.similar_view import PAIRS, Found, look_for, pair_page, pair_page_view, similar_view
from grader.config import templates_dir
from grader.errors import ReportError
from grader.gradebook import Attempt, Gradebook
from grader.i18n import say
from grader.model import Language, Report
from grader.report.html import environment_of
from grader.report.phrase import Phrase

INDEX = "index.html"
_STYLES = ("report.css", "cohort/cohort.css")
_SCRIPT = "cohort/cohort.js"


class Page(msgspec.Struct, frozen=True):
    """One file of the site."""

    name: str  # relative to the folder
    text: str


class Site:
    """Makes the pages of one roll in one language, one after the other."""

    def __init__(self, book: Gradebook, roll: Roll, language: Language, *, templates: Path | None = None) -> None:
        self._book = book
        self._roll = roll
        self._phrase = Phrase(language)
        self._press = _Press(templates or templates_dir(), language)
        self._real_names = {each.id: each.name for each in book.candidates()} if roll.anonymous else None
        self._found = look_for(book, roll)
        self._similar = similar_view(self._found, self._phrase)
        self._tries: Mapping[int, list[Attempt]] = _by_candidate(roll)

    def pages(self) -> Iterator[Page]:
        """Every page, the index first.

        Raises:
            ReportError: the templates are not there, or one is broken.
        """
        index = index_view(self._roll, self._similar, self._phrase)
        title = index.title
        yield Page(INDEX, self._press.print("cohort/index.html.j2", script=True, cohort=index))
        for person in self._roll.people:
            reports = [
                (slug, each) for slug, result in person.results.items() if (each := self._report(result.attempt))
            ]
            view = person_view(person, self._roll, self._tries[person.id], reports, self._similar.pairs, self._phrase)
            text = self._press.print("cohort/person.html.j2", person=view, cohort_title=title, reports=view.reports)
            yield Page(page_of(person), text)
        for found in self._found:
            yield from self._pairs(found, title)

    def _pairs(self, found: Found, title: str) -> Iterator[Page]:
        for number, pair in enumerate(found.similarity.pairs[:PAIRS], 1):
            view = pair_page_view(found, pair, self._phrase, self._real_names)
            text = self._press.print("cohort/pair.html.j2", pair=view, cohort_title=title)
            yield Page(pair_page(found.exercise, number), text)

    def _report(self, attempt: Attempt) -> Report | None:
        report = self._book.report(attempt.id)
        if report is None or self._real_names is None:
            return report
        return nameless(report, self._real_names[attempt.candidate_id], attempt.candidate)


def _by_candidate(roll: Roll) -> Mapping[int, list[Attempt]]:
    tries: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in roll.attempts:
        tries[attempt.candidate_id].append(attempt)
    return tries


class _Press:
    """Templates, styles and script of one language."""

    def __init__(self, folder: Path, language: Language) -> None:
        self._folder = folder
        self._language = language
        try:
            self._environment = environment_of(folder, language)
            self._styles = "\n".join((folder / name).read_text(encoding="utf-8") for name in _STYLES)
            self._script = (folder / _SCRIPT).read_text(encoding="utf-8")
        except OSError as error:
            raise self._broken(error) from error

    def print(self, template: str, *, script: bool = False, **values: object) -> str:
        """One page."""
        try:
            return self._environment.get_template(template).render(
                language=self._language,
                view="practice",
                styles=Markup(self._styles),  # noqa: S704  our own files
                script=Markup(self._script) if script else "",  # noqa: S704
                policy=_policy(self._styles, self._script if script else None),
                **values,
            )
        except jinja2.TemplateError as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> ReportError:
        text = say(
            "The report page cannot be made: the templates in {folder} are missing or broken ({reason}).",
            folder=self._folder,
            reason=error,
        )
        return ReportError(text.en, text.zh)


def _policy(styles: str, script: str | None) -> str:
    allowed = f"script-src '{_hash(script)}'; " if script is not None else ""
    return (
        f"default-src 'none'; style-src '{_hash(styles)}'; {allowed}img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def write_site(book: Gradebook, rules: Rules, language: Language, folder: Path, *, anonymous: bool = False) -> int:
    """Make the report of a gradebook, and return the number of its pages.

    Raises:
        UsageError: the folder holds something else.
        ReportError: the pages cannot be made or written.
    """
    site = Site(book, call_roll(book, rules, anonymous=anonymous), language)
    return publish(folder, ((page.name, page.text) for page in site.pages()))
