"""A candidate's page as a view model: where they stand, every attempt, what persons decided, and the reports."""

from __future__ import annotations

from collections.abc import Sequence

from grader.cohort import summary
from grader.cohort.index_view import NOTHING, judgement, lateness, open_view, page_of, percent
from grader.cohort.roll import Person, Result, Roll, moment
from grader.cohort.view import DecisionView, PairView, PersonView, StandingView, TryView
from grader.gradebook import Attempt
from grader.i18n import say
from grader.model import Report, TimingVerdict
from grader.report import words
from grader.report.assemble import report_view
from grader.report.phrase import Phrase
from grader.report.sanitize import clean, clean_line


def person_view(
    person: Person,
    roll: Roll,
    tries: Sequence[Attempt],
    reports: Sequence[tuple[str, Report]],
    pairs: Sequence[PairView],
    phrase: Phrase,
) -> PersonView:
    """Lay a candidate's page out.

    Args:
        tries: all attempts of the candidate.
        reports: of the attempts that count, by exercise.
        pairs: of all candidates; those of this one are taken.
    """
    anchors = {exercise: f"r{number}" for number, (exercise, _) in enumerate(reports, 1)}
    own = page_of(person)
    name = clean_line(person.name, limit=60)
    return PersonView(
        name=name,
        total=percent(person.total),
        standings=tuple(
            _standing(roll, subject.slug, person.results.get(subject.slug), anchors, phrase)
            for subject in roll.subjects
        ),
        tries=tuple(_try(each, person, roll, phrase) for each in tries),
        open=tuple(open_view(each, {}, {person.opaque: name}, roll, phrase) for each in summary.matters_of(person)),
        similar=tuple(each for each in pairs if own in (each.first.value, each.second.value)),
        reports=tuple(
            report_view(report, phrase.language, "practice", anchor=anchors[exercise], charts=_in_question(report))
            for exercise, report in reports
        ),
    )


def _standing(roll: Roll, slug: str, result: Result | None, anchors: dict[str, str], phrase: Phrase) -> StandingView:
    subject = next(each for each in roll.subjects if each.slug == slug)
    if result is None:
        absent = phrase.line(say("not handed in"))
        return StandingView(
            title=phrase.line(subject.title), anchor="", points=absent, late="", percent=percent(0.0), decisions=()
        )
    attempt = result.attempt
    decided = attempt.verdict is not None and attempt.final_max_score > 0
    late = lateness(result.late_s, phrase)
    kept = phrase.line(say("{late}: {percent} % kept", late=late, percent=words.number(100 * result.kept)))
    return StandingView(
        title=phrase.line(subject.title),
        anchor=anchors.get(slug, ""),
        points=f"{words.number(attempt.final_score)} / {words.number(attempt.final_max_score)}" if decided else NOTHING,
        late=late if result.kept >= 1 else kept,
        percent=percent(result.credit),
        decisions=tuple(
            DecisionView(
                check=phrase.line(subject.checks[each.check])
                if each.check in subject.checks
                else clean_line(each.check),
                points=words.number(each.points),
                who=clean_line(each.who),
                when=f"{moment(each.at):%Y-%m-%d %H:%M}",
                why=clean(each.why),
            )
            for each in result.overrides
        ),
    )


def _try(attempt: Attempt, person: Person, roll: Roll, phrase: Phrase) -> TryView:
    result = person.results[attempt.exercise]
    counts = result.attempt.id == attempt.id
    submitted = moment(attempt.submitted_at)
    tone, word = judgement(attempt)
    title = next(each.title for each in roll.subjects if each.slug == attempt.exercise)
    return TryView(
        exercise=phrase.line(title),
        number=attempt.number,
        when=f"{submitted:%Y-%m-%d %H:%M}",
        late=lateness(roll.rules.lateness_s(attempt.exercise, submitted), phrase),
        tone=tone,
        mark=words.MARKS[tone],
        word=phrase.line(word),
        points=words.number(attempt.final_score) if attempt.verdict is not None else NOTHING,
        counts=counts,
    )


def _in_question(report: Report) -> bool:
    """Whether a time is worth a look: within its budget a sentence says it all, and a thousand charts take time."""
    return any(each.verdict is not TimingVerdict.WITHIN for each in report.timing)
