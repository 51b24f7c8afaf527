"""A report as lines for machines that show them beside the code: editors (`plain`) and GitHub (`github`).

Each thing that did not pass is one line that names the file and, where it is known, the line in it: the candidate's
own last line in a traceback, else where the function begins. Sources are searched as text, never parsed.
"""

from __future__ import annotations

import re

import msgspec

from grader.model import CheckResult, Language, Outcome, Report
from grader.report import words
from grader.report.phrase import Phrase
from grader.report.redact import View, for_view
from grader.report.sanitize import clean_line, inline

_LAST_LINE = re.compile(r"^line ([0-9]{1,7}), in ", re.MULTILINE)
_CELL = re.compile(rb"^# %% \[(\d+)\]$", re.MULTILINE)
MESSAGE_LIMIT = 600  # characters
QUIET = (Outcome.PASSED, Outcome.NOT_GRADED, Outcome.SKIPPED)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at in a file. All strings are clean and of one line."""

    check: str
    path: str
    line: int  # from 1; 1 where nothing better is known
    bad: bool  # False: not begun, too noisy, for a person to decide
    title: str
    message: str


def findings(report: Report, source: bytes, language: Language, view: View = "practice") -> tuple[Finding, ...]:
    """What did not pass, check by check.

    Args:
        source: the submission's module.
    """
    shown = for_view(report, view)
    phrase = Phrase(language)
    named: dict[str, str] = {}
    for diagnosis in shown.diagnoses:
        for check in diagnosis.checks:
            named.setdefault(check, phrase.line(diagnosis.title))
    found = []
    for result in shown.checks:
        if result.outcome in QUIET:
            continue
        path, line = place_of(report.submission_name, source, line_of(result, source))
        said = named.get(result.check.id) or " ".join(result.message.in_language(language).split())
        found.append(
            Finding(
                check=clean_line(result.check.id),
                path=path,
                line=line,
                bad=words.OUTCOME_TONES.get(result.outcome, "bad") == "bad",
                title=phrase.line(result.check.title),
                message=clean_line(said, limit=MESSAGE_LIMIT),
            )
        )
    return tuple(found)


def line_of(result: CheckResult, source: bytes) -> int:
    """The line of the submission that a check is about, from 1."""
    lines = _LAST_LINE.findall(result.traceback)
    if lines:
        return int(lines[-1])
    name = re.escape(result.check.function.encode())
    begins = re.search(rb"^(?:async\s+def|def|class)\s+" + name + rb"\b", source, re.MULTILINE)
    return source.count(b"\n", 0, begins.start()) + 1 if begins else 1


def render_plain(report: Report, source: bytes, language: Language, view: View = "practice") -> str:
    """`path:line: error: what [check]` for each finding, then one line on the whole, as compilers and linters write."""
    lines = [
        f"{each.path}:{each.line}: {'error' if each.bad else 'warning'}: {each.title}: {each.message} [{each.check}]"
        for each in findings(report, source, language, view)
    ]
    return "\n".join(inline(line) for line in [*lines, _whole(report, language)])


def render_github(report: Report, source: bytes, language: Language, view: View = "practice") -> str:
    """The workflow commands that GitHub shows beside the lines of a file."""
    lines = []
    for each in findings(report, source, language, view):
        place = f"file={_property(each.path)},line={each.line},title={_property(f'{each.title} [{each.check}]')}"
        lines.append(f"::{'error' if each.bad else 'warning'} {place}::{_data(each.message)}")
    return "\n".join([*lines, inline(_whole(report, language))])


def _whole(report: Report, language: Language) -> str:
    word = words.verdict_word(report.verdict).in_language(language)
    score = f"{words.number(report.score)}/{words.number(report.max_score)}"
    return f"{clean_line(report.submission_name)}: {word} {score}"


def place_of(name: str, source: bytes, line: int) -> tuple[str, int]:
    """The file and the line in it to show for a line of a submission's module.

    In a notebook, a line is counted in its cell, and the cell is named behind the file.
    """
    path = clean_line(name, limit=400)
    if not name.endswith(".ipynb"):
        return path, line
    before = b"\n".join(source.split(b"\n")[:line])
    cells = list(_CELL.finditer(before))
    if not cells:
        return path, line
    return f"{path}#cell{int(cells[-1][1])}", max(1, line - before.count(b"\n", 0, cells[-1].start()) - 1)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
