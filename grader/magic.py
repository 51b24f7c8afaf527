"""The notebook's door: `%%grade SLUG` grades the cell and shows the report under it.

The cell is read as text and graded as any submission is; it is not run in the notebook's own process, unless `--run`
asks for it. The report is a page in a frame in which nothing can run.
"""

from __future__ import annotations

import argparse
import html
import os
import shlex
from typing import Any, NoReturn

from grader.catalog.find import require
from grader.catalog.notebook import python_of_cell
from grader.catalog.reading import SIZE_CAP_BYTES
from grader.errors import GraderError
from grader.i18n import say
from grader.model import Language, Report, Submission, Text

FRAME_HEIGHT_PX = 620
TEXT_WIDTH = 100  # columns, where no page can be shown
SEED_BITS = 63


def register(shell: Any) -> None:
    """Give a shell of IPython the magic."""

    def grade(line: str, cell: str) -> None:
        _grade(shell, line, cell)

    grade.__doc__ = "%%grade SLUG [--part P] [--no-timing] [--full] [--seed N] [--cold] [--run] [--lang en|zh]"
    shell.register_magic_function(grade, magic_kind="cell", magic_name="grade")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        text = say("%%grade cannot be understood: {reason}. It is used so: {usage}", reason=message, usage=_USAGE)
        raise _Refused(text)


class _Refused(Exception):
    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


_USAGE = "%%grade SLUG [--part P] [--no-timing] [--full] [--seed N] [--cold] [--run] [--lang en|zh]"


def _parser() -> _Parser:
    parser = _Parser(prog="%%grade", add_help=False)
    parser.add_argument("slug")
    parser.add_argument("--part", action="append", default=[])
    parser.add_argument("--no-timing", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--lang", choices=["en", "zh"])
    return parser


def _grade(shell: Any, line: str, cell: str) -> None:
    from IPython.core.error import UsageError

    language: Language = _language(None)
    try:
        asked = _parser().parse_args(shlex.split(line))
        language = _language(asked.lang)
        report, said = _report(asked, cell)
    except _Refused as error:
        raise UsageError(error.text.in_language(language)) from None
    except ValueError as error:  # an open quote
        raise UsageError(str(error)) from None
    except GraderError as error:
        raise UsageError(error.text.in_language(language)) from None
    _show(report, said, language)
    if asked.run:
        shell.run_cell(cell)


def _report(asked: argparse.Namespace, cell: str) -> tuple[Report, list[Text]]:
    from grader.catalog.load import load
    from grader.grading.options import GradeOptions
    from grader.server.engine import Engine

    slug = require(asked.slug)
    known = [part.id for part in load(slug).parts]
    for part in asked.part:
        if part not in known:
            names = ", ".join(known)
            raise _Refused(
                say("{exercise} has no part {part!r}. There are: {names}.", exercise=slug, part=part, names=names)
            )
    if asked.seed is not None and not 0 <= asked.seed < 2**SEED_BITS:
        raise _Refused(say("The seed must be from 0 to {most}.", most=2**SEED_BITS - 1))
    source = python_of_cell(cell).encode()
    if len(source) > SIZE_CAP_BYTES:
        cap = f"{SIZE_CAP_BYTES / 1e6:g}"
        raise _Refused(say("The code cells of {path} are larger than {cap} MB.", path=asked.slug, cap=cap))
    options = GradeOptions(seed=asked.seed, parts=tuple(asked.part), timing=not asked.no_timing, full=asked.full)
    submission = Submission(exercise=slug, name=f"{slug} (cell)", source=source)
    with Engine(options, "cold" if asked.cold else "start") as engine:
        report = engine.grade_again(submission, options)
    return report, _remember(report)


def _remember(report: Report) -> list[Text]:
    """Record the attempt. A history that cannot be had does not cost the report."""
    from grader.practice.history import History
    from grader.practice.recording import record_attempt

    try:
        with History() as history:
            record_attempt(history, report)
            return list(history.notices)
    except GraderError as error:
        return [error.text]


def _show(report: Report, said: list[Text], language: Language) -> None:
    from IPython.display import publish_display_data

    from grader.report.html import render_html

    page = html.escape(render_html([report], language), quote=True)
    frame = (
        f'<iframe sandbox srcdoc="{page}" style="width: 100%; height: {FRAME_HEIGHT_PX}px; border: 1px solid #8888;"'
        "></iframe>"
    )
    notes = "".join(f"<p>{html.escape(each.in_language(language))}</p>" for each in said)
    text = "\n".join([_plain(report, language), *(each.in_language(language) for each in said)])
    publish_display_data({"text/html": notes + frame, "text/plain": text})  # type: ignore[no-untyped-call]


def _plain(report: Report, language: Language) -> str:
    """The summary for a terminal, for front ends that show no page."""
    import io

    from rich.console import Console

    from grader.report.text import render_text

    out = io.StringIO()
    # In a notebook rich would show things by itself.
    console = Console(file=out, width=TEXT_WIDTH, highlight=False, color_system=None, force_jupyter=False)
    console.print(render_text(report, language))
    return out.getvalue()


def _language(option: str | None) -> Language:
    """As the command line decides it."""
    names = ("GRADER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wish = option or next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "zh" if wish.lower().startswith("zh") else "en"
