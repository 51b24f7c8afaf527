"""`grader run`: grade files, say what came out, write the reports that were asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import complain, one_line, tell
from grader.errors import GraderError, UsageError
from grader.i18n import say
from grader.model import Language, Report, Submission, Text, Tier

if TYPE_CHECKING:
    from grader.report.redact import View
    from grader.server.engine import Warmth

STANDARD_OUTPUT = "-"
SEED_BITS = 63


@click.command(
    cls=Command,
    name="run",
    short_help="Grade submissions.",
    help=(
        "Grade submissions. PATH is a file named after its exercise, or a folder of them;"
        " without PATH, the current folder."
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH ...]", type=click.Path(path_type=Path))
@option("--exercise", metavar="SLUG", help="The exercise, whatever the files are called.")
@option("--json", "json_file", metavar="FILE", help="Write results as JSON; - is standard output.")
@option("--html", "html_file", metavar="FILE", help="Write the report as one page.")
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
@option("--visible-only", is_flag=True, help="Only the checks that candidates have.")
@option("--view", type=click.Choice(["practice", "assessment"]), default="practice", help="Who reads the report.")
@option("--part", "parts", metavar="P", multiple=True, help="Only this part; may be given again.")
@option("--no-timing", is_flag=True, help="Leave out what is timed.")
@option("--full", is_flag=True, help="Add slow checks with large data and real models.")
@option("--seed", type=int, metavar="N", help="Seed of the secret inputs.")
@option(
    "--require-isolation",
    "tier",
    metavar="TIER",
    type=click.Choice([tier.value for tier in Tier], case_sensitive=False),
    help="Refuse to grade with less isolation.",
)
@option(
    "--format",
    "form",
    type=click.Choice(["text", "plain", "github", "junit"]),
    default="text",
    help="How results are written: for people, for editors, for GitHub, for build servers.",
)
@option("--cold", is_flag=True, help="Do without the warm server, with a seed of its own.")
def run(
    paths: tuple[Path, ...],
    exercise: str | None,
    json_file: str | None,
    html_file: str | None,
    lang: str | None,
    visible_only: bool,
    view: View,
    parts: tuple[str, ...],
    no_timing: bool,
    full: bool,
    seed: int | None,
    tier: str | None,
    form: str,
    cold: bool,
) -> int:
    """Grade, and return the exit code."""
    from grader.catalog.intake import take_in
    from grader.cli.grading import Desk
    from grader.grading.options import GradeOptions

    language = language_of(lang)
    _check_targets(json_file, html_file, form)
    if seed is not None and not 0 <= seed < 2**SEED_BITS:
        raise _usage(say("The seed must be from 0 to {most}.", most=2**SEED_BITS - 1))
    intake = take_in(paths or [Path()], exercise)
    for refusal in intake.refused:
        complain(one_line(refusal.text, language), language)
    if not intake.submissions:
        return exits.USAGE
    _check_parts(parts, intake.submissions)
    if full:
        from grader.cli.models import convert_models

        convert_models((each.exercise for each in intake.submissions), language)
    options = GradeOptions(
        seed=seed,
        visible_only=visible_only,
        parts=parts,
        timing=not no_timing,
        full=full,
        require_tier=Tier(tier) if tier is not None else None,
    )
    reports: list[Report] = []
    # One submission, for practice: somebody's own. A folder of them, or an assessment, leaves no trace.
    own = len(intake.submissions) == 1 and view == "practice"
    desk = Desk(options, language, view, "quiet" if json_file == STANDARD_OUTPUT else form, own=own)
    try:
        desk.grade(intake.submissions, reports, _warmth(own=own, cold=cold))
    finally:  # an interruption or a fault does not cost what was already graded
        _write(reports, json_file, html_file, language, view)
    if len(reports) != len(intake.submissions):
        raise GraderError("Not every submission has a report.", "有的提交没有得到评分报告。")
    return exits.code_of((report.verdict for report in reports), refused=bool(intake.refused))


def _warmth(*, own: bool, cold: bool) -> Warmth:
    """Who practises at a terminal will want the next verdict soon; for anybody else nothing is left running."""
    if cold or not own:
        return "cold"
    return "start" if sys.stdout.isatty() and sys.stderr.isatty() else "use"


def _check_targets(json_file: str | None, html_file: str | None, form: str) -> None:
    """Refuse before the work what could only fail after it."""
    if json_file == STANDARD_OUTPUT and form != "text":
        raise _usage(say("Only one of --json - and --format can have the standard output."))
    if html_file == STANDARD_OUTPUT:
        raise _usage(say("--html needs the name of a file; only --json can go to standard output."))
    for name in (json_file, html_file):
        if name is not None and name != STANDARD_OUTPUT and not Path(name).parent.is_dir():
            folder = Path(name).parent
            raise _usage(say("{file} cannot be written: there is no folder {folder}.", file=name, folder=folder))


def _check_parts(parts: Sequence[str], submissions: Sequence[Submission]) -> None:
    """A part must be one of every exercise that is graded: else a slip would look like a pass."""
    if not parts:
        return
    from grader.catalog.load import load

    for slug in {submission.exercise: None for submission in submissions}:
        known = [part.id for part in load(slug).parts]
        for part in parts:
            if part not in known:
                names = ", ".join(known)
                raise _usage(
                    say("{exercise} has no part {part!r}. There are: {names}.", exercise=slug, part=part, names=names)
                )


def _usage(text: Text) -> UsageError:
    return UsageError(text.en, text.zh)


def _write(
    reports: Sequence[Report], json_file: str | None, html_file: str | None, language: Language, view: View
) -> None:
    """Write what was asked for. One report that cannot be written does not cost the other."""
    if not reports:
        return
    failures: list[GraderError] = []
    if json_file is not None:
        from grader.report.json import report_document

        document = report_document(reports, language, view)
        if json_file == STANDARD_OUTPUT:
            sys.stdout.buffer.write(document)
            sys.stdout.buffer.flush()
        else:
            _write_file(Path(json_file), document, language, failures)
    if html_file is not None:
        from grader.report.html import render_html

        try:
            page = render_html(reports, language, view)
        except GraderError as error:
            failures.append(error)
        else:
            _write_file(Path(html_file), page, language, failures)
    if failures:
        for failure in failures[1:]:
            complain(failure.text, language)
        raise failures[0]


def _write_file(file: Path, content: bytes | str, language: Language, failures: list[GraderError]) -> None:
    from grader.report.write import write_report

    try:
        write_report(file, content)
    except GraderError as error:
        failures.append(error)
    else:
        tell(say("Report: {file}", file=file.resolve()), language)
