"""The summary for a terminal: verdict, what did not pass, what it probably is, time, isolation.

What comes back is a rich renderable; printing it, and whether there are colours, is the command line's matter.
Untrusted strings enter as rich `Text`, never as markup, and every line of them is prefixed.
"""

from __future__ import annotations

from typing import Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from grader.i18n import say
from grader.model import Language, Report
from grader.model import Text as Sentence
from grader.report.assemble import report_view
from grader.report.prose import Prose
from grader.report.quotation import Quotation
from grader.report.redact import View
from grader.report.sanitize import clip, inline
from grader.report.view import CheckView, DiagnosisView, ReportView, TimingView
from grader.report.words import Tone, number

_STYLES: dict[Tone, str] = {"good": "green", "bad": "red", "warn": "yellow", "calm": "dim"}
_OUTPUT_LIMIT, _OUTPUT_LINES = 1_200, 12
_EXPLANATION_LIMIT, _EXPLANATION_LINES = 1_200, 12
_INDENT = (0, 0, 0, 2)


def render_text(report: Report, language: Language, view: View = "practice") -> RenderableType:
    """Lay out the summary of one report.

    Args:
        report: the whole record.
        language: of every sentence that is ours.
        view: `assessment` shows nothing that hidden checks saw.
    """
    return _Summary(report_view(report, language, view)).render()


class _Summary:
    def __init__(self, report: ReportView) -> None:
        self._report = report

    def _say(self, text: Sentence) -> str:
        return text.in_language(self._report.language)

    def render(self) -> RenderableType:
        report = self._report
        blocks: list[RenderableType] = [self._headline()]
        blocks.extend(Padding(Prose(Rich(f"! {inline(note)}", style="yellow")), _INDENT) for note in report.notes)
        if report.stopper:
            blocks.append(Padding(Quotation(report.stopper.label), _INDENT))
            if report.stopper.value:
                blocks.append(Padding(Quotation(report.stopper.value, style="dim"), _INDENT))
        else:
            wanting = [check for part in report.parts for check in part.checks if check.outcome != "passed"]
            if wanting:
                blocks.append(self._checks(wanting))
            for part in report.parts:
                blocks.extend(self._diagnosis(each) for each in part.diagnoses)
        blocks.extend(self._timing(each) for each in report.timing)
        if report.output:
            printed = Quotation(report.output, limit=_OUTPUT_LIMIT, lines=_OUTPUT_LINES, style="dim")
            blocks.append(Padding(Rich(self._say(say("What your code printed:"))), _INDENT))
            blocks.append(Padding(printed, _INDENT))
        blocks.append(self._isolation())
        return Group(*blocks)

    def _headline(self) -> Rich:
        report = self._report
        return Rich.assemble(
            (f"{report.mark} {report.verdict_word}", f"bold {_STYLES[report.tone]}"),
            ("  ", ""),
            (f"{report.score} / {report.max_score}", "bold"),
            ("  ", ""),
            (f"{report.exercise_title} · {inline(report.submission)}", "dim"),
        )

    def _checks(self, checks: list[CheckView]) -> RenderableType:
        table = _grid("right", "left")
        for alike in _alike(checks):
            first, others = alike[0], len(alike) - 1
            title = (
                self._say(say("{title}, and {count} more", title=first.title, count=others)) if others else first.title
            )
            said: list[RenderableType] = [Prose(Rich(title))]
            if not first.explained_by:  # a diagnosis below says it better than the bare difference does
                said.extend(Quotation(each, style="dim") for each in (first.message, first.traceback) if each)
            outcome = Rich(f"{first.mark} {first.outcome_word}", style=_STYLES[first.tone])
            most = number(sum(float(check.max_points) for check in alike))
            table.add_row(outcome, Rich(f"{first.points}/{most}", style="dim"), Group(*said))
        return Padding(table, _INDENT)

    def _diagnosis(self, diagnosis: DiagnosisView) -> RenderableType:
        title = Rich.assemble(
            ("→ ", "bold"),
            (inline(diagnosis.title), "bold"),
            (f"  {inline(diagnosis.function)} · {diagnosis.confidence_word}", "dim"),
        )
        explanation = clip(diagnosis.explanation, limit=_EXPLANATION_LIMIT, lines=_EXPLANATION_LINES)
        # Names and explanations of mistakes are an author's; what a symptom says may cite the submission.
        symptom = diagnosis.confidence == "symptom"
        said: RenderableType = Quotation(explanation) if symptom else Prose(Rich(inline(explanation)))
        lines: list[RenderableType] = [title, Padding(said, _INDENT)]
        if diagnosis.evidence:
            evidence = diagnosis.evidence
            table = _grid("left")
            rows = (
                (say("call"), evidence.call),
                (say("where"), evidence.where),
                (say("expected"), evidence.expected),
                (say("got"), evidence.got),
                (say("this mistake predicts"), evidence.predicted),
            )
            for label, value in rows:
                if value:
                    table.add_row(Rich(self._say(label), style="dim"), Quotation(value))
            lines.append(Padding(table, _INDENT))
        return Padding(Group(*lines), (1, 0, 0, 2))

    def _isolation(self) -> RenderableType:
        isolation = self._report.isolation
        sentence = say("Isolation {tier}: {sentence}", tier=isolation.tier, sentence=isolation.sentence)
        style = "dim" if isolation.tone in ("good", "calm") else "yellow"
        return Padding(Prose(Rich(self._say(sentence), style=style)), (1, 0, 0, 2))

    def _timing(self, timing: TimingView) -> RenderableType:
        said = self._say(say("{title}: {sentence}", title=timing.title, sentence=timing.sentence))
        line = Rich.assemble((f"{timing.mark} {timing.verdict_word}", _STYLES[timing.tone]), f"  {said}")
        return Padding(Prose(line), (1, 0, 0, 2))


def _alike(checks: list[CheckView]) -> list[list[CheckView]]:
    """Checks that ended alike and say the same, each lot where its first one stood; explained ones stay single."""
    lots: dict[tuple[str, ...], list[CheckView]] = {}
    for check in checks:
        lot = (check.id,) if check.explained_by else (check.outcome, check.points, check.message)
        lots.setdefault(lot, []).append(check)
    return list(lots.values())


def _grid(*columns: Literal["left", "right"]) -> Table:
    """A table without lines: a label, then columns that share the rest; the last one folds."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    for justify in columns[:-1]:
        table.add_column(no_wrap=True, justify=justify)
    table.add_column(overflow="fold", justify=columns[-1])
    return table
