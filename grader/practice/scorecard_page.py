"""The scorecard as one self-contained page that opens offline, in one language. No script, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from grader.config import templates_dir
from grader.errors import ReportError
from grader.i18n import say
from grader.model import Language
from grader.practice.scorecard import FULL_RATING, HINT_COST, Scorecard
from grader.report.html import environment_of
from grader.report.sanitize import clean
from grader.report.words import MARKS

_PAGE = "scorecard.html.j2"
_STYLES = ("report.css", "scorecard.css")


def clock_face(seconds: float) -> str:
    """Seconds as minutes and seconds, rounded."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def render_scorecard(card: Scorecard, language: Language, *, templates: Path | None = None) -> str:
    """Render the page.

    Args:
        language: of every sentence that is ours.
        templates: by default, those that came with this copy of the grader.

    Raises:
        ReportError: the templates are missing or broken.
    """
    folder = templates or templates_dir()
    try:
        styles = "\n".join((folder / name).read_text(encoding="utf-8") for name in _STYLES)
        page: str = (
            environment_of(folder, language)
            .get_template(_PAGE)
            .render(
                card=card,
                language=language,
                styles=Markup(styles),  # noqa: S704  our own files
                policy=_policy(styles),
                marks=MARKS,
                minutes=clock_face,
                said=lambda text: text.in_language(language),
                safe=clean,
                hint_percent=f"{HINT_COST:.0%}",
                full_rating=FULL_RATING,
            )
        )
    except (jinja2.TemplateError, OSError) as error:
        text = say(
            "The report page cannot be made: the templates in {folder} are missing or broken ({reason}).",
            folder=folder,
            reason=error,
        )
        raise ReportError(text.en, text.zh) from error
    return page


def _policy(styles: str) -> str:
    """What the browser may load: the page's own style sheet, by its hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
