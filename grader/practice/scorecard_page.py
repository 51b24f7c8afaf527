"""The scorecard as one self-contained page that opens offline, in one language. No script, everything escaped."""

from __future__ import annotations

from pathlib import Path

import jinja2
from markupsafe import Markup

from grader.config import templates_dir
from grader.errors import ReportError
from grader.i18n import say
from grader.model import Language
from grader.practice.records import local_time
from grader.practice.scorecard import FULL_RATING, HINT_COST, Scorecard
from grader.report.html import environment_of, policy_for
from grader.report.sanitize import clean
from grader.report.words import MARKS, TIMING_TONES, ratio, timing_word

_PAGE = "scorecard.html.j2"
_STYLES = ("report.css", "scorecard.css")


def time_used(seconds: float) -> str:
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
                policy=policy_for(styles),
                marks=MARKS,
                minutes=time_used,
                started_at=local_time(card.started_at),
                timing_tones=TIMING_TONES,
                timing_word=timing_word,
                ratio=ratio,
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
