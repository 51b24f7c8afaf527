"""The page: one self-contained file that opens offline, for one report or for several.

The page's own policy allows its one style sheet, by hash, and images inside the file; no script at all, so nothing
that a submission smuggles into a string can run. Everything is escaped by Jinja2's autoescape; charts are the one
fragment that enters as markup, from `chart`. Which words stand where is the templates' matter, in `templates/`.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from grader.config import templates_dir
from grader.errors import ReportError
from grader.i18n import gettext_for, ngettext_for, say
from grader.model import Language, Report
from grader.report.assemble import report_view
from grader.report.redact import View

_PAGE = "candidate.html.j2"
_STYLES = "report.css"
_CODE = re.compile(r"`([^`\n]+)`")


def render_html(
    reports: Sequence[Report], language: Language, view: View = "practice", *, templates: Path | None = None
) -> str:
    """Render a page.

    Args:
        reports: shown in the order given; several get an index on top.
        language: of every sentence that is ours.
        view: `assessment` shows nothing that hidden checks saw.
        templates: the folder of templates; by default the one that belongs to this copy of the grader.

    Raises:
        ReportError: the templates are not there, or one is broken.
    """
    folder = templates or templates_dir()
    try:
        environment = environment_of(folder, language)
        styles = (folder / _STYLES).read_text(encoding="utf-8")
        page = environment.get_template(_PAGE).render(
            language=language,
            view=view,
            styles=Markup(styles),  # noqa: S704  our own file
            policy=policy_for(styles),
            reports=[
                report_view(report, language, view, anchor=f"r{number}", charts=True)
                for number, report in enumerate(reports, 1)
            ],
        )
    except (jinja2.TemplateError, OSError) as error:
        text = say(
            "The report page cannot be made: the templates in {folder} are missing or broken ({reason}).",
            folder=folder,
            reason=error,
        )
        raise ReportError(text.en, text.zh) from error
    return page


def with_code(text: str) -> Markup:
    """An author's sentence, with what stands between backticks as code; everything in it is escaped."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped just before


def policy_for(styles: str) -> str:
    """What a browser may load for a page: its own style sheet, by its hash, images inside the file, nothing else."""
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@functools.cache
def environment_of(folder: Path, language: Language) -> jinja2.Environment:
    """Templates of a folder: everything escaped, nothing undefined passed over, gettext in one language."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = with_code
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        gettext_for(language), ngettext_for(language), newstyle=True
    )
    return environment
