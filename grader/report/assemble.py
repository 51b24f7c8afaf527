"""From a report to its view model: words chosen, numbers formatted, every string cleaned, checks laid under parts."""

from __future__ import annotations

from collections.abc import Sequence

from grader.i18n import say
from grader.model import (
    PENDING,
    CheckResult,
    Diagnosis,
    Example,
    Language,
    Outcome,
    Part,
    Report,
    Text,
)
from grader.model.check import CheckKind
from grader.report import words
from grader.report.measured import fact_views, isolation_view, share, stage_views, timing_view
from grader.report.phrase import Phrase
from grader.report.redact import View, for_view
from grader.report.sanitize import clean, clean_line
from grader.report.standing import UNHINTED, gravest, stopped, tally
from grader.report.view import (
    CheckView,
    DiagnosisView,
    EvidenceView,
    FactView,
    FollowUpView,
    PartView,
    ReportView,
)

_NO_POINTS = "–"


def report_view(
    report: Report, language: Language, view: View, *, anchor: str = "r1", charts: bool = False
) -> ReportView:
    """Lay a report out for one language and one kind of reader.

    Args:
        report: the whole record; it is redacted here.
        language: of every string.
        view: `assessment` shows nothing that hidden checks saw.
        anchor: starts every id that the view names, unique among the reports of one page.
        charts: draw them; a terminal has no use for them.
    """
    # Told from the whole record: messages that were made alike by redaction do not mean one cause.
    return _Assembly(for_view(report, view), language, view, anchor, stopped=stopped(report), charts=charts).report()


class _Assembly:
    def __init__(
        self, report: Report, language: Language, view: View, anchor: str, *, stopped: bool, charts: bool
    ) -> None:
        self._report = report
        self._language = language
        self._view: View = view
        self._anchor = anchor
        phrase = Phrase(language)
        self._line, self._text, self._phrase = phrase.line, phrase.text, phrase
        self._titles = {each.check.id: self._line(each.check.title) for each in report.checks}
        self._stopped = stopped
        self._charts = charts
        self._tracebacks_shown: set[str] = set()
        self._diagnoses = tuple(
            (each, self._diagnosis(number, each)) for number, each in enumerate(report.diagnoses, 1)
        )

    def report(self) -> ReportView:
        report = self._report
        tone = words.VERDICT_TONES.get(report.verdict, "bad")
        stopper = self._stopper()
        parts = tuple(self._part(number, part) for number, part in enumerate(report.parts, 1))
        unfinished = [part for part in parts if part.open]
        return ReportView(
            anchor=self._anchor,
            language=self._language,
            view=self._view,
            submission=clean_line(report.submission_name, limit=80),
            exercise=clean_line(report.exercise),
            exercise_title=self._line(report.exercise_title),
            verdict=report.verdict.value,
            verdict_word=self._line(words.verdict_word(report.verdict)),
            tone=tone,
            mark=words.MARKS[tone],
            score=words.number(report.score),
            max_score=words.number(report.max_score),
            share=share(report.score, report.max_score),
            summary=self._summary(),
            stopper=stopper,
            next_part=FactView(label=unfinished[0].title, value=unfinished[0].anchor) if unfinished else None,
            notes=tuple(self._line(note) for note in report.notes),
            findings=tuple(FactView(label=each.title, value=each.anchor) for _, each in self._diagnoses),
            parts=parts,
            timing=tuple(timing_view(each, self._titles, self._phrase, chart=self._charts) for each in report.timing),
            stages=stage_views(report, self._phrase),
            isolation=isolation_view(report.isolation, self._phrase),
            followups=tuple(
                FollowUpView(question=self._text(each.question), answer=self._text(each.answer))
                for each in report.followups
            ),
            output=self._output(),
            facts=fact_views(report, self._view, self._phrase),
        )

    def _summary(self) -> str:
        sentences = tally(self._report.checks)
        if self._report.diagnoses:
            sentences.append(say("What went wrong:"))
        return self._sentences(sentences)

    def _sentences(self, sentences: Sequence[Text]) -> str:
        return ("" if self._language == "zh" else " ").join(self._line(each) for each in sentences)

    def _stopper(self) -> FactView | None:
        """Where nothing could run at all: what happened, once, instead of once a check."""
        if not self._stopped:
            return None
        first = next(each for each in self._report.checks if each.outcome is not Outcome.NOT_GRADED)
        return FactView(label=self._text(first.message), value=clean(first.traceback))

    def _part(self, number: int, part: Part) -> PartView:
        results = [each for each in self._report.checks if each.check.part == part.id]
        outcomes = {each.outcome for each in results}
        tone = gravest(outcomes)
        judged = [each for each in results if each.outcome not in PENDING]
        gained, most = sum(each.points for each in judged), sum(each.check.points for each in judged)
        hinted = not outcomes <= UNHINTED and not self._stopped
        return PartView(
            anchor=f"{self._anchor}-part-{number}",
            number=number,
            title=self._line(part.title),
            tone=tone,
            mark=words.MARKS[tone],
            points=words.number(gained) if judged else _NO_POINTS,
            max_points=words.number(most),
            share=share(gained, most),
            tally=self._sentences(tally(results)),
            open=bool(outcomes - {Outcome.PASSED, Outcome.NOT_GRADED}),
            checks=tuple(
                self._check(each, repeats=before is not None and each.message == before.message)
                for before, each in zip([None, *results], results, strict=False)
            ),
            diagnoses=tuple(view for each, view in self._diagnoses if self._home(each) == part.id),
            hints=tuple(self._text(hint) for hint in part.hints) if hinted else (),
        )

    def _home(self, diagnosis: Diagnosis) -> str:
        """The part under which a diagnosis stands: that of its function, or of the first check it explains."""
        results = self._report.checks
        for each in results:
            if each.check.function == diagnosis.function:
                return each.check.part
        for each in results:
            if each.check.id in diagnosis.checks:
                return each.check.part
        return self._report.parts[0].id if self._report.parts else ""

    def _check(self, result: CheckResult, *, repeats: bool) -> CheckView:
        check, outcome = result.check, result.outcome
        tone = words.OUTCOME_TONES.get(outcome, "bad")
        explained = [view for each, view in self._diagnoses if check.id in each.checks]
        # A diagnosis shows the same call with more beside it.
        evidence = None if any(view.evidence for view in explained) else self._evidence(result.example)
        traceback = "" if self._stopped or result.traceback in self._tracebacks_shown else clean(result.traceback)
        self._tracebacks_shown.add(result.traceback)
        silent = (
            outcome is Outcome.PASSED and self._view != "practice"
        )  # a remark on what is right may quote the rubric
        return CheckView(
            id=clean_line(check.id),
            title=self._titles[check.id],
            tone=tone,
            mark=words.MARKS[tone],
            outcome=outcome.value,
            outcome_word=self._line(words.outcome_word(outcome)),
            points=_NO_POINTS if outcome in PENDING else words.number(result.points),
            max_points=words.number(check.points),
            visible=check.visibility == "visible",
            message="" if silent or self._stopped else self._text(result.message),
            repeats=repeats,
            cost=_cost(result),
            traceback=traceback,
            evidence=evidence,
            explained_by=tuple(FactView(label=view.title, value=view.anchor) for view in explained),
        )

    def _diagnosis(self, number: int, diagnosis: Diagnosis) -> DiagnosisView:
        return DiagnosisView(
            anchor=f"{self._anchor}-mistake-{number}",
            title=self._line(diagnosis.title),
            function=clean_line(diagnosis.function),
            confidence=diagnosis.confidence.value,
            confidence_word=self._line(words.confidence_word(diagnosis.confidence)),
            confidence_sentence=self._line(words.confidence_sentence(diagnosis.confidence, diagnosis.kind)),
            explanation=self._text(diagnosis.explanation),
            mistakes=tuple(clean_line(each) for each in diagnosis.mistakes),
            checks=tuple(self._titles.get(each, clean_line(each)) for each in diagnosis.checks),
            inherited_by=tuple(clean_line(each) for each in diagnosis.inherited_by),
            evidence=self._evidence(diagnosis.example),
        )

    def _evidence(self, example: Example | None) -> EvidenceView | None:
        if example is None:
            return None
        return EvidenceView(
            call=clean(example.call, limit=400),
            inputs=clean(example.inputs),
            where=clean_line(example.where),
            expected=clean(example.expected),
            got=clean(example.got),
            predicted=clean(example.predicted),
            agrees=bool(example.predicted) and example.predicted == example.got,
        )

    def _output(self) -> str:
        output = clean(self._report.output)
        if self._report.output_truncated:
            output += "\n" + self._line(say("… and more, which was not kept."))
        return output


def _cost(result: CheckResult) -> str:
    cost = words.duration(result.cpu_s) if result.cpu_s > 0 else ""
    if result.peak_rss_bytes > 0 and (result.check.kind is CheckKind.MEMORY or result.outcome is Outcome.OUT_OF_MEMORY):
        cost += (" · " if cost else "") + words.size(result.peak_rss_bytes)
    return cost
