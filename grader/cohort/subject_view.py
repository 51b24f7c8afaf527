"""One exercise of a cohort report as a view model: parts, the map of mistakes, checks, times."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from grader.cohort import summary
from grader.cohort.charts import histogram, ratio_bars
from grader.cohort.items import Item, items_of
from grader.cohort.roll import Roll, Subject
from grader.cohort.view import ChartView, ItemView, MapView, MarkView, MistakeView, PartRateView, SubjectView
from grader.i18n import say, say_count
from grader.model import Text
from grader.report import words
from grader.report.measured import share
from grader.report.phrase import Phrase
from grader.report.sanitize import clean_line
from grader.report.words import Tone

_ROWS = 40  # of the map
_TEACH = 3  # mistakes to teach next
_TEACH_LEAST = 2  # people who made one: a mistake of one person is for that person's page


class Numbering:
    """Numbers the mistakes of all exercises, so that the list of candidates can be filtered by them."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, str], int] = {}

    def number(self, exercise: str, mistake: str) -> int:
        return self.of.setdefault((exercise, mistake), len(self.of) + 1)


def subject_view(
    roll: Roll,
    subject: Subject,
    phrase: Phrase,
    pages: Mapping[str, str],
    names: Mapping[str, str],
    numbering: Numbering,
) -> SubjectView:
    """Lay one exercise out.

    Args:
        pages: of the candidates, by opaque id, relative to the index.
        names: cleaned, by opaque id.
        numbering: takes in the mistakes of this exercise.
    """
    results = summary.results_of(roll, subject.slug)
    items = items_of(subject, results)
    return SubjectView(
        slug=clean_line(subject.slug),
        title=phrase.line(subject.title),
        handed_in=phrase.line(
            say_count("{count} candidate graded", "{count} candidates graded", len(results)),
        ),
        parts=tuple(
            PartRateView(
                title=phrase.line(rate.title),
                share=share(rate.share, 1.0),
                percent=f"{100 * rate.share:.0f} %",
                whole=str(rate.whole),
                answers=rate.answers,
            )
            for rate in summary.part_rates(subject, results)
        ),
        map=_map(roll, subject, len(results), phrase, pages, names, numbering),
        items=tuple(_item(each, subject, phrase) for each in items),
        dead=_dead(items, phrase),
        times=tuple(_times(each, phrase) for each in summary.ratios_of(subject, results)),
    )


def _map(
    roll: Roll,
    subject: Subject,
    graded: int,
    phrase: Phrase,
    pages: Mapping[str, str],
    names: Mapping[str, str],
    numbering: Numbering,
) -> MapView | None:
    rows = summary.mistake_rows(roll, subject)[:_ROWS]
    if not rows:
        return None
    there = [person for person in roll.people if subject.slug in person.results]
    credits_ = {person.opaque: person.results[subject.slug].credit or 0.0 for person in there}
    order = sorted(credits_, key=lambda each: -credits_[each])
    column = {opaque: number for number, opaque in enumerate(order)}
    shown = tuple(
        MistakeView(
            number=numbering.number(row.exercise, row.mistake),
            title=phrase.line(row.title),
            id=clean_line(row.mistake),
            people=len(row.who),
            perhaps=len(row.perhaps),
            percent=f"{100 * len(row.who) / graded:.0f} %" if graded else "",
            explanation=phrase.text(row.explanation) if row.explanation is not None else "",
            marks=tuple(
                MarkView(column=column[each], page=pages[each], name=names[each], sure=each in row.who)
                for each in sorted((*row.who, *row.perhaps), key=column.__getitem__)
            ),
        )
        for row in rows
    )
    return MapView(
        columns=len(order),
        scores=tuple((number, share(credits_[each], 1.0)) for number, each in enumerate(order)),
        rows=shown,
        teach=tuple(row for row in shown if row.id and row.people >= _TEACH_LEAST)[:_TEACH],
    )


def _item(item: Item, subject: Subject, phrase: Phrase) -> ItemView:
    titles = {part.id: part.title for part in subject.parts}
    remarks: dict[str, tuple[Text | None, Tone]] = {
        "": (None, "calm"),
        "everybody": (say("dead: everybody passes"), "warn"),
        "nobody": (say("dead: nobody passes"), "warn"),
        "backwards": (say("backwards: the better candidates fail it"), "bad"),
        "weak": (say("weak: it hardly tells candidates apart"), "calm"),
    }
    remark, tone = remarks[item.remark]
    return ItemView(
        title=phrase.line(item.title),
        id=clean_line(item.check),
        part=phrase.line(titles[item.part]) if item.part in titles else clean_line(item.part),
        points=words.number(item.max_points),
        answers=item.answers,
        passed=item.passed,
        difficulty="–" if item.difficulty is None else f"{item.difficulty:.2f}",
        share=share(item.difficulty or 0.0, 1.0),
        discrimination="–" if item.discrimination is None else f"{item.discrimination:+.2f}",
        discrimination_value=-2.0 if item.discrimination is None else round(item.discrimination, 4),
        remark=phrase.line(remark) if remark is not None else "",
        tone=tone,
    )


def _dead(items: Sequence[Item], phrase: Phrase) -> str:
    dead = sum(item.remark in ("everybody", "nobody") for item in items)
    if not dead:
        return ""
    return phrase.line(
        say_count(
            "{count} check is dead: all did alike on it, so it told nothing about anybody here.",
            "{count} checks are dead: all did alike on them, so they told nothing about anybody here.",
            dead,
        )
    )


def _times(ratios: summary.Ratios, phrase: Phrase) -> ChartView:
    sentence = phrase.line(
        say(
            "CPU time against the reference: median {median}, budget {budget}; {over} over, {unsettled} not settled.",
            median=words.ratio(ratios.median),
            budget=words.ratio(ratios.budget),
            over=ratios.over,
            unsettled=ratios.unsettled,
        )
    )
    edges, counts = histogram(ratios.ratios, ratios.budget)
    labels = [f"{low:.2f}–{high:.2f}×" for low, high in itertools.pairwise(edges)]
    labels[-1] = f"≥ {edges[-2]:.2f}×"
    return ChartView(
        title=phrase.line(ratios.title),
        sentence=sentence,
        chart=ratio_bars(ratios.ratios, ratios.budget, sentence),
        head=(phrase.line(say("Ratio")), phrase.line(say("Candidates"))),
        rows=tuple((label, str(count)) for label, count in zip(labels, counts, strict=True) if count),
    )
