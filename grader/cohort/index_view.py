"""The index of a cohort report as a view model: figures of `summary` and `items`, put into one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.cohort import summary
from grader.cohort.charts import bars
from grader.cohort.roll import Person, Result, Roll, Subject
from grader.cohort.rules import Rules
from grader.cohort.subject_view import Numbering, subject_view
from grader.cohort.view import CellView, ChartView, IndexView, OpenView, RowView, SimilarView
from grader.gradebook import Attempt
from grader.i18n import say, say_count
from grader.model import Text
from grader.report import words
from grader.report.phrase import Phrase
from grader.report.sanitize import clean_line
from grader.report.view import FactView
from grader.report.words import Tone

NOTHING = "–"


def page_of(person: Person) -> str:
    """The file of a candidate's page, relative to the index. Nothing of it comes from the candidate."""
    return f"candidates/{person.opaque}.html"


def percent(value: float | None) -> str:
    """A share from 0 to 1 as people write it; a dash where there is none."""
    return NOTHING if value is None else f"{words.number(round(100 * value, 1))} %"


def index_view(roll: Roll, similar: SimilarView, phrase: Phrase) -> IndexView:
    """Lay the index out.

    Args:
        similar: as `similar_view` made it, with the pages of its pairs.
    """
    pages = {person.opaque: page_of(person) for person in roll.people}
    names = {person.opaque: clean_line(person.name, limit=60) for person in roll.people}
    numbering = Numbering()
    subjects = tuple(subject_view(roll, subject, phrase, pages, names, numbering) for subject in roll.subjects)
    title = clean_line(roll.rules.title) if roll.rules.title else phrase.line(say("Cohort report"))
    matters = summary.open_matters(roll)
    return IndexView(
        title=title,
        figures=_figures(roll, len(matters), phrase),
        subjects=subjects,
        rows=tuple(_row(person, roll.subjects, numbering.of, names, phrase) for person in roll.people),
        mistakes=tuple(row for subject in subjects if subject.map for row in subject.map.rows),
        scores=_scores(roll, phrase),
        attempts=_attempts(roll, phrase),
        open=tuple(open_view(each, pages, names, roll, phrase) for each in matters),
        similar=similar,
        rules=rule_facts(roll, phrase),
        anonymous=roll.anonymous,
    )


def open_view(
    matter: summary.Open, pages: Mapping[str, str], names: Mapping[str, str], roll: Roll, phrase: Phrase
) -> OpenView:
    """Something that waits for a person."""
    titles = {subject.slug: subject.title for subject in roll.subjects}
    return OpenView(
        name=names.get(matter.person, ""),
        page=pages.get(matter.person, ""),
        exercise=phrase.line(titles[matter.exercise]) if matter.exercise in titles else clean_line(matter.exercise),
        what=phrase.line(matter.what),
    )


def _figures(roll: Roll, matters: int, phrase: Phrase) -> tuple[FactView, ...]:
    totals = sorted(person.total for person in roll.people if person.total is not None)
    middle = (totals[(len(totals) - 1) // 2] + totals[len(totals) // 2]) / 2 if totals else None
    facts = [
        (say("Candidates"), str(len(roll.people))),
        (say("Exercises"), str(len(roll.subjects))),
        (say("Attempts"), str(len(roll.attempts))),
        (say("Median score"), percent(middle)),
        (say("Waiting for a person"), str(matters)),
    ]
    return tuple(FactView(label=phrase.line(label), value=value) for label, value in facts)


def _row(
    person: Person,
    subjects: Sequence[Subject],
    numbers: Mapping[tuple[str, str], int],
    names: Mapping[str, str],
    phrase: Phrase,
) -> RowView:
    late_s = max((result.late_s for result in person.results.values()), default=0.0)
    made = {
        numbers[slug, each.mistake]
        for slug, result in person.results.items()
        for each in result.mistakes
        if (slug, each.mistake) in numbers
    }
    return RowView(
        name=names[person.opaque],
        page=page_of(person),
        total=percent(person.total),
        total_value=-1.0 if person.total is None else round(person.total, 4),
        cells=tuple(
            cell_view(person.results[each.slug], phrase) if each.slug in person.results else None for each in subjects
        ),
        attempts=sum(result.attempts for result in person.results.values()),
        late=lateness(late_s, phrase),
        late_s=round(late_s),
        waits=summary.needing(person),
        mistakes=tuple(sorted(made)),
    )


def cell_view(result: Result, phrase: Phrase) -> CellView:
    """What somebody has for one exercise: points, and the verdict as a mark with its word."""
    attempt = result.attempt
    tone, word = judgement(attempt)
    decided = attempt.verdict is not None and attempt.final_max_score > 0
    return CellView(
        points=words.number(attempt.final_score) if decided else NOTHING,
        credit=-1.0 if result.credit is None else round(result.credit, 4),
        tone=tone,
        mark=words.MARKS[tone],
        word=phrase.line(word),
    )


def judgement(attempt: Attempt) -> tuple[Tone, Text]:
    """The verdict on an attempt as a tone and a word, with what persons decided."""
    verdict = attempt.final_verdict
    if verdict is None:
        return "warn", say("not graded yet")
    return words.VERDICT_TONES.get(verdict, "bad"), words.verdict_word(verdict)


def lateness(late_s: float, phrase: Phrase) -> str:
    """How late, in the unit that reads best; empty for what is not late."""
    if late_s <= 0:
        return ""
    if late_s < 5400:
        return phrase.line(say("{minutes} min late", minutes=max(1, round(late_s / 60))))
    if late_s < 129_600:
        return phrase.line(say("{hours} h late", hours=round(late_s / 3600)))
    return phrase.line(say("{days} days late", days=words.number(round(late_s / 86_400, 1))))


def _scores(roll: Roll, phrase: Phrase) -> ChartView | None:
    counts = summary.distribution(person.total for person in roll.people)
    if not sum(counts):
        return None
    labels = [f"{10 * number}–{10 * number + 9}" for number in range(summary.BINS - 1)] + ["90–100"]
    title = say("Scores")
    sentence = say_count(
        "Score of {count} candidate, in per cent of what can be reached.",
        "Scores of {count} candidates, in per cent of what can be reached.",
        sum(counts),
    )
    return ChartView(
        title=phrase.line(title),
        sentence=phrase.line(sentence),
        chart=bars(labels, counts, phrase.line(sentence)),
        head=(phrase.line(say("Per cent")), phrase.line(say("Candidates"))),
        rows=tuple((label, str(count)) for label, count in zip(labels, counts, strict=True)),
    )


def _attempts(roll: Roll, phrase: Phrase) -> ChartView | None:
    spans = summary.spans(roll)
    if len(spans) < 2:
        return None
    hourly = (spans[1].start - spans[0].start).total_seconds() < 86_400
    labels = [f"{span.start:%Y-%m-%d %H:%M}" if hourly else f"{span.start:%Y-%m-%d}" for span in spans]
    sentence = say("All attempts, by the time at which they were handed in (UTC).")
    return ChartView(
        title=phrase.line(say("Attempts over time")),
        sentence=phrase.line(sentence),
        chart=bars([each[5:] for each in labels], [span.attempts for span in spans], phrase.line(sentence), height=180),
        head=(phrase.line(say("From")), phrase.line(say("Attempts"))),
        rows=tuple((label, str(span.attempts)) for label, span in zip(labels, spans, strict=True)),
    )


def rule_facts(roll: Roll, phrase: Phrase) -> tuple[FactView, ...]:
    """How a score came about: which attempt counts, weights, deadlines, lateness."""
    rules = roll.rules
    facts: list[tuple[Text, Text | str]] = [
        (
            say("Of several attempts"),
            say("the latest counts") if rules.count == "latest" else say("the best counts, lateness taken off"),
        )
    ]
    for subject in roll.subjects:
        each = rules.of(subject.slug)
        weight = say("weight {weight}", weight=words.number(each.weight))
        if each.deadline is not None:
            weight = say("{weight}, due {when}", weight=weight, when=f"{each.deadline:%Y-%m-%d %H:%M %z}")
        facts.append((subject.title, weight))
    if any(each.deadline is not None for each in rules.exercises.values()):
        facts.append((say("Being late"), _late_sentence(rules)))
    return tuple(
        FactView(label=phrase.line(label), value=phrase.line(value) if isinstance(value, Text) else value)
        for label, value in facts
    )


def _late_sentence(rules: Rules) -> Text:
    late = rules.late
    if not late.percent_per_day and late.refuse_after_days is None:
        return say("is shown and costs nothing")
    text = say(
        "costs {percent} % of the points for each day begun, after {grace} minutes of grace, at most {most} %",
        percent=words.number(late.percent_per_day),
        grace=words.number(late.grace_minutes),
        most=words.number(late.at_most_percent),
    )
    if late.refuse_after_days is None:
        return text
    return say("{text}; after {days} days nothing counts", text=text, days=words.number(late.refuse_after_days))
