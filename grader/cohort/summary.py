"""What a cohort adds up to: scores, parts, mistakes, times, attempts over time, and what waits for a person.

Plain figures without words of a page: `pages` puts them into a language. Everything is counted over the attempts that
count, except where it says all attempts.
"""

from __future__ import annotations

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from grader.cohort.roll import Person, Result, Roll, Subject, moment
from grader.gradebook import CheckRow, State
from grader.i18n import say
from grader.model import ASKING, PENDING, Confidence, Text, TimingVerdict, Verdict
from grader.report.words import outcome_word

BINS = 10  # of a distribution of scores
_HOURS = 48  # a cohort that handed in within so many hours is counted by the hour
_MOST_BARS = 60
_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


class PartRate(msgspec.Struct, frozen=True, kw_only=True):
    """One part over all who handed in."""

    part: str
    title: Text
    share: float  # of its points that were won, 0 to 1
    whole: int  # candidates who won all of them
    answers: int


class MistakeRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who made one mistake. `mistake` is empty for what no known mistake explains."""

    exercise: str
    mistake: str
    title: Text
    explanation: Text | None
    who: tuple[str, ...]  # opaque ids
    perhaps: tuple[str, ...]  # it is one of several that explain what they did


class Ratios(msgspec.Struct, frozen=True, kw_only=True):
    """One timed check: CPU time as ratios to the reference."""

    exercise: str
    check: str
    title: Text
    budget: float
    ratios: tuple[float, ...]  # sorted
    over: int
    unsettled: int  # too noisy, or left to a person

    @property
    def median(self) -> float:
        middle = len(self.ratios) // 2
        return self.ratios[middle] if len(self.ratios) % 2 else (self.ratios[middle - 1] + self.ratios[middle]) / 2


class Span(msgspec.Struct, frozen=True):
    """Attempts within one hour, day or longer."""

    start: datetime.datetime
    attempts: int


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for a person."""

    person: str  # opaque id; empty where it is not known whose it is
    exercise: str
    what: Text


def distribution(shares: Iterable[float | None]) -> tuple[int, ...]:
    """How many shares from 0 to 1 fall into each tenth; 1 belongs to the last."""
    counts = Counter(min(BINS - 1, max(0, math.floor(share * BINS + 1e-9))) for share in shares if share is not None)
    return tuple(counts[number] for number in range(BINS))


def results_of(roll: Roll, slug: str) -> list[Result]:
    """What counts for one exercise, of all who handed it in and were graded."""
    found = (person.results.get(slug) for person in roll.people)
    return [each for each in found if each is not None and each.attempt.verdict is not None]


def part_rates(subject: Subject, results: Sequence[Result]) -> tuple[PartRate, ...]:
    """Each part of an exercise, in its order."""
    rates = []
    for part in subject.parts:
        shares = []
        for result in results:
            judged = [each for each in result.checks if each.part == part.id and not _undecided(each)]
            most = sum(each.max_points for each in judged)
            if most:
                shares.append(sum(each.final_points for each in judged) / most)
        if shares:
            mean = sum(shares) / len(shares)
            whole = sum(share >= 1 - 1e-9 for share in shares)
            rates.append(PartRate(part=part.id, title=part.title, share=mean, whole=whole, answers=len(shares)))
    return tuple(rates)


def _undecided(check: CheckRow) -> bool:
    return check.override is None and check.outcome in PENDING


def mistake_rows(roll: Roll, subject: Subject) -> tuple[MistakeRow, ...]:
    """The mistakes of one exercise, those of most people first; what nothing explains comes last."""
    sure: dict[str, dict[str, None]] = defaultdict(dict)
    perhaps: dict[str, dict[str, None]] = defaultdict(dict)
    for person in roll.people:
        result = person.results.get(subject.slug)
        for each in result.mistakes if result is not None else ():
            certain = each.confidence is Confidence.EXACT or not each.mistake
            (sure if certain else perhaps)[each.mistake][person.opaque] = None
    rows = [
        MistakeRow(
            exercise=subject.slug,
            mistake=mistake,
            title=_title(subject, mistake),
            explanation=subject.mistakes[mistake].explanation if mistake in subject.mistakes else None,
            who=tuple(sure[mistake]),
            perhaps=tuple(each for each in perhaps[mistake] if each not in sure[mistake]),
        )
        for mistake in {**sure, **perhaps}
    ]
    return tuple(sorted(rows, key=lambda row: (not row.mistake, -len(row.who), -len(row.perhaps), row.mistake)))


def _title(subject: Subject, mistake: str) -> Text:
    if not mistake:
        return say("no known mistake")
    return subject.mistakes[mistake].title if mistake in subject.mistakes else Text(mistake, mistake)


def ratios_of(subject: Subject, results: Sequence[Result]) -> tuple[Ratios, ...]:
    """The timed checks of one exercise."""
    ratios: dict[str, list[float]] = defaultdict(list)
    budgets: dict[str, float] = {}
    verdicts: dict[str, Counter[TimingVerdict]] = defaultdict(Counter)
    for result in results:
        for each in result.timings:
            verdicts[each.check][each.verdict] += 1
            if each.ratio is not None and each.budget is not None:
                ratios[each.check].append(each.ratio)
                budgets[each.check] = each.budget
    return tuple(
        Ratios(
            exercise=subject.slug,
            check=check,
            title=subject.checks.get(check, Text(check, check)),
            budget=budgets[check],
            ratios=tuple(sorted(found)),
            over=verdicts[check][TimingVerdict.OVER],
            unsettled=verdicts[check][TimingVerdict.TOO_NOISY] + verdicts[check][TimingVerdict.NEEDS_PERSON],
        )
        for check, found in sorted(ratios.items())
    )


def spans(roll: Roll) -> tuple[Span, ...]:
    """All attempts over time: by the hour, by the day, or by as many days as keep the bars readable."""
    times = sorted(time for each in roll.attempts if (time := moment(each.submitted_at)) != _NEVER)
    if not times:
        return ()
    hours = (times[-1] - times[0]).total_seconds() / 3600
    if hours <= _HOURS:
        step, start = datetime.timedelta(hours=1), times[0].replace(minute=0, second=0, microsecond=0)
    else:
        step = datetime.timedelta(days=max(1, math.ceil(hours / 24 / _MOST_BARS)))
        start = times[0].replace(hour=0, minute=0, second=0, microsecond=0)
    counts = Counter((time - start) // step for time in times)
    return tuple(Span(start + number * step, counts[number]) for number in range(max(counts) + 1))


def open_matters(roll: Roll) -> tuple[Open, ...]:
    """Everything that a person has to decide or to look at, in the order of the roll."""
    found: list[Open] = []
    for person in roll.people:
        found += matters_of(person)
    found += [Open(person="", exercise="", what=each.text) for each in roll.strays]
    return tuple(found)


def matters_of_result(result: Result) -> list[Text]:
    """What waits for a person about one exercise of one candidate."""
    attempt = result.attempt
    matters = [] if attempt.problem is None else [attempt.problem]
    if attempt.state is State.FAULT:
        return matters or [say("This attempt could not be graded.")]
    matters += [_open(each, result) for each in result.checks if each.outcome in ASKING and each.override is None]
    if attempt.state is State.WAITING:
        matters.append(say("This attempt waits to be graded."))
    elif attempt.due:
        matters.append(say("What is shown is the report of an earlier grading; this attempt waits to be graded anew."))
    if attempt.verdict is Verdict.GRADER_FAULT and not any(each.outcome in ASKING for each in result.checks):
        matters.append(say("This attempt could not be graded."))
    return matters


def _open(check: CheckRow, result: Result) -> Text:
    word = outcome_word(check.outcome)
    if result.attempts == 1:
        return say("{check}: {outcome}", check=check.check, outcome=word)
    number = result.attempt.number
    return say("{check}: {outcome} (attempt {number})", check=check.check, outcome=word, number=number)


def matters_of(person: Person) -> list[Open]:
    """What waits for a person about one candidate: results, and what of theirs could not be taken in."""
    matters = [
        Open(person=person.opaque, exercise=slug, what=what)
        for slug, result in person.results.items()
        for what in matters_of_result(result)
    ]
    return [*matters, *(Open(person=person.opaque, exercise="", what=each) for each in person.problems)]


def needing(person: Person) -> bool:
    """Whether anything of a candidate waits for a person."""
    return bool(matters_of(person))
