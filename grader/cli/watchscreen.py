"""What a watcher sees after a save: the verdict, what the save changed, what to fix first, and the keys."""

from __future__ import annotations

import os
import sys

import msgspec
from rich.console import Console, Group, RenderableType
from rich.control import Control
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text as Rich

from grader.cli.speech import terminal_size
from grader.cli.tables import STYLES
from grader.i18n import listed, say, say_count
from grader.model import Language, Report, Text
from grader.practice.watching import Change, ToFix, to_fix
from grader.report.assemble import report_view
from grader.report.prose import Prose
from grader.report.quotation import Quotation
from grader.report.sanitize import LINE_LIMIT, clean_line, clip, inline
from grader.report.view import DiagnosisView, ReportView
from grader.report.words import MARKS, VERDICT_TONES, number, verdict_word

TITLES = 3  # checks named in a row
_EXPLANATION_LIMIT, _EXPLANATION_LINES = 700, 8


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a screen is drawn from."""

    file: str
    state: Text  # what goes on now, or when the verdict was given
    report: Report | None = None
    change: Change | None = None
    at: int = 0  # which of the things to fix
    said: tuple[Text, ...] = ()  # a hint, the place of a report, a refusal


class Screen:
    """Draws on a terminal, in place; never more than it can hold."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def draw(self, seen: Seen) -> None:
        size = terminal_size(sys.stdout)
        width, rows = (None, None) if size is None else (size.columns, size.lines)
        console = Console(file=sys.stdout, width=width, height=rows, highlight=False)
        height = max(4, console.height)
        lines = console.render_lines(self._page(seen), console.options, pad=False)
        if len(lines) > height - 2:  # what is to be fixed comes before what the save changed
            lines = console.render_lines(self._page(seen, brief=True), console.options, pad=False)
        shown = lines[: height - 2]
        console.control(Control.clear(), Control.home())
        for line in shown:
            console.print(_Line(line), end="")
            console.line()
        keys = say("h hint · r report · n next · q quit").in_language(self._language)
        console.print(Rich(keys, style="reverse"), no_wrap=True, overflow="crop", crop=True, end="")
        sys.stdout.flush()

    def _page(self, seen: Seen, *, brief: bool = False) -> RenderableType:
        file = os.path.basename(seen.file) if brief else _file(seen)
        head = Rich.assemble((clean_line(file), "bold"), (f"  {self._say(seen.state)}", "dim"))
        blocks: list[RenderableType] = [_row(head) if brief else head]
        if seen.report is not None:
            blocks.append(self._headline(seen.report))
            if seen.change is not None:
                changes = [Rich(each) for each in change_lines(seen.change, self._language)]
                blocks.extend(_row(each) for each in changes[:1]) if brief else blocks.extend(changes)
        # What was asked for stands before what is always there: a small terminal shows the top.
        said = [Padding(Rich(self._say(each)), (0 if brief else 1, 0, 0, 0)) for each in seen.said]
        blocks = [*said, *blocks] if brief else [*blocks, *said]
        if seen.report is not None:
            blocks.append(self._to_fix(seen.report, seen.at, brief=brief))
        return Group(*blocks)

    def _headline(self, report: Report) -> Rich:
        tone = VERDICT_TONES.get(report.verdict, "bad")
        word = self._say(verdict_word(report.verdict))
        score = f"{number(report.score)} / {number(report.max_score)}"
        return Rich.assemble((f"{MARKS[tone]} {word}", f"bold {STYLES[tone]}"), (f"  {score}", "bold"))

    def _to_fix(self, report: Report, at: int, *, brief: bool) -> RenderableType:
        things = to_fix(report)
        if not things:
            return Rich("")
        number_of = at % len(things)
        thing = things[number_of]
        view = report_view(report, self._language, "practice")
        head = say("To fix, {number} of {count}:", number=number_of + 1, count=len(things))
        blocks: list[RenderableType] = [Rich(self._say(head) if brief else f"\n{self._say(head)}", style="dim")]
        if view.stopper is not None:
            blocks.append(Quotation(view.stopper.label))
            if view.stopper.value:
                blocks.append(Quotation(view.stopper.value, style="dim"))
            return Group(*blocks)
        blocks.append(self._diagnosis(thing, view) or self._checks(thing, view))
        return Group(*blocks)

    def _diagnosis(self, thing: ToFix, view: ReportView) -> RenderableType | None:
        if thing.diagnosis is None:
            return None
        function, title = clean_line(thing.diagnosis.function), clean_line(self._say(thing.diagnosis.title), limit=600)
        every = (each for part in view.parts for each in part.diagnoses)
        found = next((each for each in every if (each.function, each.title) == (function, title)), None)
        return None if found is None else _diagnosis(found, self._language)

    def _checks(self, thing: ToFix, view: ReportView) -> RenderableType:
        ids = {each.check.id for each in thing.checks}
        checks = [each for part in view.parts for each in part.checks if each.id in ids]
        if not checks:
            return Rich("")
        first = checks[0]
        title = first.title
        if len(checks) > 1:
            title = self._say(say("{title}, and {count} more", title=first.title, count=len(checks) - 1))
        blocks: list[RenderableType] = [Rich(f"{first.mark} {title} ({first.outcome_word})", style=STYLES[first.tone])]
        blocks.extend(Padding(Quotation(each), (0, 0, 0, 2)) for each in (first.message, first.traceback) if each)
        return Group(*blocks)

    def _say(self, text: Text) -> str:
        return text.in_language(self._language)


def change_lines(change: Change, language: Language) -> list[str]:
    """What the last save did, a line each."""
    said: list[Text] = []
    if change.nothing:
        said.append(say("Nothing changed since the last save."))
    if change.points:
        said.append(say("Since the last save: {points} points.", points=f"{change.points:+g}"))
    if change.fixed:
        said.append(say("Fixed: {checks}.", checks=_titles([each.check.title for each in change.fixed])))
    if change.broken:
        said.append(say("Broken: {checks}.", checks=_titles([each.check.title for each in change.broken])))
    if change.cured:
        said.append(say("Gone: {mistakes}.", mistakes=_titles([each.title for each in change.cured])))
    if change.made:
        said.append(say("New: {mistakes}.", mistakes=_titles([each.title for each in change.made])))
    return [inline(clean_line(each.in_language(language), limit=600)) for each in said]


def plain_line(seen: Seen, language: Language) -> str:
    """All of it on one line, where there is no terminal."""
    pieces = [clean_line(_file(seen))]
    if seen.report is not None:
        score = f"{number(seen.report.score)}/{number(seen.report.max_score)}"
        pieces.append(f"{verdict_word(seen.report.verdict).in_language(language)} {score}")
        if seen.change is not None:
            pieces.extend(change_lines(seen.change, language))
        things = to_fix(seen.report)
        if things:
            first = things[0]
            title = first.diagnosis.title if first.diagnosis is not None else first.first.check.title
            pieces.append(clean_line(say("First to fix: {title}", title=title).in_language(language), limit=600))
    pieces.extend(clean_line(each.in_language(language), limit=600) for each in seen.said)
    pieces.append(seen.state.in_language(language))
    return inline(" | ".join(pieces))


def _file(seen: Seen) -> str:
    """The path of the file; its name alone where the path is so long that the name would be cut off."""
    return seen.file if len(seen.file) <= LINE_LIMIT else os.path.basename(seen.file)


def _titles(titles: list[Text]) -> Text:
    first = listed(titles[:TITLES])
    rest = len(titles) - TITLES
    if rest <= 0:
        return first
    return say_count("{titles}; and one more", "{titles}; and {count} more", rest, titles=first)


def _diagnosis(found: DiagnosisView, language: Language) -> RenderableType:
    said = clip(found.explanation, limit=_EXPLANATION_LIMIT, lines=_EXPLANATION_LINES)
    title = Rich.assemble(("→ ", "bold"), (inline(found.title), "bold"), (f"  {inline(found.function)}", "dim"))
    sure = say("{title}: {sentence}", title=found.confidence_word, sentence=inline(found.confidence_sentence))
    symptom = found.confidence == "symptom"
    blocks: list[RenderableType] = [
        title,
        Padding(Quotation(said) if symptom else Prose(Rich(inline(said))), (0, 0, 0, 2)),
        Padding(Prose(Rich(sure.in_language(language), style="dim")), (0, 0, 0, 2)),
    ]
    if found.evidence is not None:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        rows = (
            (say("call"), found.evidence.call),
            (say("where"), found.evidence.where),
            (say("expected"), found.evidence.expected),
            (say("got"), found.evidence.got),
            (say("this mistake predicts"), found.evidence.predicted),
        )
        for label, value in rows:
            if value:
                table.add_row(Rich(label.in_language(language), style="dim"), Quotation(value))
        blocks.append(Padding(table, (0, 0, 0, 2)))
    return Group(*blocks)


def _row(text: Rich) -> Rich:
    """The text on one row, whatever its width."""
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


class _Line:
    """Segments that were laid out already."""

    def __init__(self, segments: list[Segment]) -> None:
        self._segments = segments

    def __rich_console__(self, *_: object) -> list[Segment]:
        return self._segments
