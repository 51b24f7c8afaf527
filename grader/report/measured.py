"""The measured side of a view model: timed comparisons, the timeline, isolation, and the facts of a run."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from grader.i18n import say, say_count
from grader.model import Isolation, Report, Stage, Text, Timing
from grader.report import words
from grader.report.chart import timing_chart
from grader.report.phrase import Phrase
from grader.report.redact import View
from grader.report.sanitize import clean_line
from grader.report.view import FactView, IsolationView, StageView, TimingView

_STAGES = 40  # rows of the timeline
_SLIVER = 4  # thousandths: the least width of a bar that can still be seen


def timing_view(timing: Timing, titles: Mapping[str, str], phrase: Phrase, *, chart: bool = True) -> TimingView:
    """One timed comparison, with its chart where one is wanted.

    Args:
        timing: the comparison.
        titles: of the checks, by id, in the language wanted.
        phrase: of the same language.
    """
    tone = words.TIMING_TONES[timing.verdict]
    ratio, low, high, budget = (words.ratio(each) for each in (timing.ratio, timing.low, timing.high, timing.budget))
    sentence = phrase.line(
        say(
            "{ratio} the time of the reference (interval {low} to {high}); the budget is {budget}.",
            ratio=ratio,
            low=low,
            high=high,
            budget=budget,
        )
    )
    return TimingView(
        title=titles.get(timing.check, clean_line(timing.check)),
        tone=tone,
        mark=words.MARKS[tone],
        verdict_word=phrase.line(words.timing_word(timing.verdict)),
        sentence=sentence,
        ratio=ratio,
        low=low,
        high=high,
        budget=budget,
        repeats=str(timing.repeats),
        candidate=words.duration(timing.candidate_cpu_s),
        reference=words.duration(timing.reference_cpu_s),
        chart=timing_chart(timing, sentence) if chart else None,
    )


def stage_views(report: Report, phrase: Phrase) -> tuple[StageView, ...]:
    """The timeline of the grading, one row a stage."""
    stages = report.stages[:_STAGES]
    whole = max((stage.end_s for stage in stages), default=0.0)
    titles = {each.check.id: each.check.title for each in report.checks}  # those that go on beside others
    titles |= {part.id: part.title for part in report.parts}
    return tuple(
        StageView(
            name=_stage_name(stage, titles, phrase),
            start=words.duration(stage.start_s),
            duration=words.duration(stage.end_s - stage.start_s),
            left=min(share(stage.start_s, whole), 1000 - _SLIVER),
            width=max(_SLIVER, share(stage.end_s - stage.start_s, whole)),
        )
        for stage in stages
    )


def _stage_name(stage: Stage, titles: Mapping[str, Text], phrase: Phrase) -> str:
    word = words.stage_word(stage.name) or titles.get(stage.name)
    return phrase.line(word) if word else clean_line(stage.name)


def isolation_view(isolation: Isolation, phrase: Phrase) -> IsolationView:
    """The wall that stood while the submission ran."""
    tone = words.tier_tone(isolation.tier)
    return IsolationView(
        tier=isolation.tier.value,
        tone=tone,
        mark=words.MARKS[tone],
        sentence=phrase.line(words.tier_sentence(isolation.tier)),
        layers=tuple(clean_line(each) for each in isolation.layers),
        missing=tuple(clean_line(each) for each in isolation.missing),
    )


def fact_views(report: Report, view: View, phrase: Phrase) -> tuple[FactView, ...]:
    """What was graded, when, with what and where; the seed for practice only."""
    environment = report.environment
    cores = phrase.line(say_count("{count} core", "{count} cores", environment.cores))
    facts = [
        (say("Exercise"), f"{report.exercise} ({report.exercise_version})"),
        (say("Submission (SHA-256)"), report.submission_sha256),
        (say("Graded"), _moment(report.started_at)),
        (say("Took"), words.duration(report.wall_s)),
        (say("Grader"), environment.grader),
        (say("Python"), environment.python),
        (say("Libraries"), ", ".join(f"{name} {version}" for name, version in environment.libraries.items())),
        (say("Machine"), ", ".join(filter(None, (environment.platform, environment.cpu, cores)))),
    ]
    if view == "practice":  # with the seed and the hidden tests, the inputs could be drawn again
        facts.append((say("Seed"), str(report.seed)))
    return tuple(FactView(label=phrase.line(label), value=clean_line(value)) for label, value in facts if value)


def share(part: float, whole: float) -> int:
    """A part of a whole in thousandths, never outside it."""
    return round(1000 * min(max(part / whole, 0.0), 1.0)) if whole > 0 else 0


def _moment(started_at: str) -> str:
    try:
        moment = datetime.datetime.fromisoformat(started_at).astimezone(datetime.UTC)
    except ValueError:
        return started_at
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
