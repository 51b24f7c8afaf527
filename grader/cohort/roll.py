"""The roll: everybody in a gradebook, with the attempt that counts for each exercise and what it is worth.

Pages, item analysis and exports are made from it. Names are untrusted text and are cleaned by whoever shows them. In
an anonymous roll names, labels of files and the order of the folder are gone before anything is made from it.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from grader.catalog.find import slugs
from grader.catalog.load import load
from grader.cohort.anonymous import replace_name
from grader.cohort.rules import Rules
from grader.errors import ContentError
from grader.gradebook import Attempt, CheckRow, DiagnosisRow, Gradebook, Override, Problem, TimingRow
from grader.i18n import say
from grader.model import Mistake, Part, Text


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise as this cohort met it."""

    slug: str
    title: Text
    parts: tuple[Part, ...]
    checks: dict[str, Text]  # titles by id, in the order of the report
    mistakes: dict[str, Mistake]  # by id, those that this copy of the grader knows


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What counts of one candidate for one exercise."""

    attempt: Attempt
    checks: tuple[CheckRow, ...]
    mistakes: tuple[DiagnosisRow, ...]
    timings: tuple[TimingRow, ...]
    overrides: tuple[Override, ...]
    attempts: int  # how many were handed in
    late_s: float
    kept: float  # the part of its points that lateness leaves, 0 to 1
    credit: float | None  # 0 to 1, lateness taken off; None while nothing of it is decided


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate."""

    id: int
    opaque: str  # safe in file names
    name: str  # untrusted text, or a number where the roll is anonymous
    results: dict[str, Result]  # by exercise
    total: float | None  # weighted mean of the credits, 0 to 1; an exercise not handed in counts 0
    problems: tuple[Text, ...]  # what of theirs could not be taken in


class Roll(msgspec.Struct, frozen=True, kw_only=True):
    """A cohort."""

    rules: Rules
    subjects: tuple[Subject, ...]
    people: tuple[Person, ...]  # by name
    attempts: tuple[Attempt, ...]  # all of them
    strays: tuple[Problem, ...]  # what could not be taken in, and nobody knows whose it is; none in an anonymous roll
    anonymous: bool


def call_roll(book: Gradebook, rules: Rules, *, anonymous: bool = False) -> Roll:
    """Read a gradebook and apply the rules.

    Args:
        anonymous: give everybody a number, in an order that tells nothing, instead of a name.
    """
    attempts = book.attempts()
    candidates = book.candidates()
    names = {each.id: each.name for each in candidates}
    if anonymous:
        digits = max(2, len(str(len(candidates))))
        shuffled = sorted(candidates, key=lambda each: each.opaque)  # drawn at random when they were taken in
        names = {each.id: f"#{number:0{digits}}" for number, each in enumerate(shuffled, 1)}
        attempts = [_nameless(each, names[each.candidate_id]) for each in attempts]
    by_place: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_place[attempt.candidate_id, attempt.exercise].append(attempt)
    chosen = {place: counted(tries, rules) for place, tries in by_place.items()}
    real_names = {each.id: each.name for each in candidates} if anonymous else None
    rows = _Rows(book, [each.id for each in chosen.values()], real_names)
    results: dict[int, dict[str, Result]] = defaultdict(dict)
    for (candidate, exercise), attempt in chosen.items():
        results[candidate][exercise] = rows.result(attempt, len(by_place[candidate, exercise]), rules)
    problems: dict[str, list[Problem]] = defaultdict(list)
    for problem in book.problems():
        problems[problem.candidate].append(problem)
    exercises = sorted({exercise for _, exercise in by_place})
    people = [
        Person(
            id=each.id,
            opaque=names[each.id].removeprefix("#") if anonymous else each.opaque,
            name=names[each.id],
            results=dict(sorted(results[each.id].items())),
            total=_total(results[each.id], exercises, rules),
            problems=tuple(_problem(problem, anonymous) for problem in problems[each.name]),
        )
        for each in candidates
    ]
    return Roll(
        rules=rules,
        subjects=tuple(_subject(book, slug, chosen) for slug in exercises),
        people=tuple(sorted(people, key=lambda each: (each.name.casefold(), each.opaque))),
        attempts=tuple(attempts),
        strays=() if anonymous else tuple(problems[""]),
        anonymous=anonymous,
    )


_Row = TypeVar("_Row", CheckRow, DiagnosisRow, TimingRow, Override)


class _Rows:
    """The rows of the attempts that count, by attempt."""

    def __init__(self, book: Gradebook, ids: Sequence[int], real_names: Mapping[int, str] | None) -> None:
        self._checks = _grouped(book.checks(ids))
        self._mistakes = _grouped(book.diagnoses(ids))
        self._timings = _grouped(book.timings(ids))
        self._overrides = _grouped(book.overrides(ids))
        self._real_names = real_names  # of an anonymous roll

    def result(self, attempt: Attempt, attempts: int, rules: Rules) -> Result:
        late_s = rules.lateness_s(attempt.exercise, moment(attempt.submitted_at))
        overrides = self._overrides[attempt.id]
        if self._real_names is not None:
            name, number = self._real_names[attempt.candidate_id], attempt.candidate
            overrides = [msgspec.structs.replace(each, why=replace_name(each.why, name, number)) for each in overrides]
        return Result(
            attempt=attempt,
            checks=tuple(self._checks[attempt.id]),
            mistakes=tuple(self._mistakes[attempt.id]),
            timings=tuple(self._timings[attempt.id]),
            overrides=tuple(overrides),
            attempts=attempts,
            late_s=late_s,
            kept=rules.kept(late_s),
            credit=_credit(attempt, rules),
        )


def _grouped(rows: Sequence[_Row]) -> Mapping[int, list[_Row]]:
    grouped: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[row.attempt_id].append(row)
    return grouped


def moment(stamp: str) -> datetime.datetime:
    """A moment as gradebooks write it; the beginning of time for what is none."""
    try:
        found = datetime.datetime.fromisoformat(stamp)
    except ValueError:
        return datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return found if found.tzinfo is not None else found.replace(tzinfo=datetime.UTC)


def counted(tries: Sequence[Attempt], rules: Rules) -> Attempt:
    """The attempt that counts: the latest, or the one with most points (of equals the earliest), of those graded.

    By points, not by the share of what is decided: what waits for a person must not make an attempt the better one.
    """
    graded = [each for each in tries if each.verdict is not None] or list(tries)
    if rules.count == "latest":
        return graded[-1]
    return max(graded, key=lambda each: (_kept(each, rules) * max(0.0, each.final_score), -each.number))


def _kept(attempt: Attempt, rules: Rules) -> float:
    return rules.kept(rules.lateness_s(attempt.exercise, moment(attempt.submitted_at)))


def _credit(attempt: Attempt, rules: Rules) -> float | None:
    if attempt.verdict is None or attempt.final_max_score <= 0:
        return None
    return _kept(attempt, rules) * max(0.0, attempt.final_score / attempt.final_max_score)


def _total(results: Mapping[str, Result], exercises: Sequence[str], rules: Rules) -> float | None:
    weights = {slug: rules.of(slug).weight for slug in exercises}
    decided = {slug: results[slug].credit if slug in results else 0.0 for slug in exercises}
    pairs = [(weights[slug], credit) for slug, credit in decided.items() if credit is not None]
    whole = sum(weight for weight, _ in pairs)
    return sum(weight * credit for weight, credit in pairs) / whole if whole else None


def _nameless(attempt: Attempt, number: str) -> Attempt:
    """An attempt without what could tell whose it is. A fault's own words may hold a path."""
    problem = say("This attempt could not be graded.") if attempt.problem is not None else None
    return msgspec.structs.replace(
        attempt,
        candidate=number,
        label=f"{number} {attempt.exercise}",
        problem=problem,
        opaque=number.removeprefix("#"),
    )


def _problem(problem: Problem, anonymous: bool) -> Text:
    """What is said of it; its own words name files, and so people."""
    return say("Something that was handed in could not be taken in.") if anonymous else problem.text


def _subject(book: Gradebook, slug: str, chosen: Mapping[tuple[int, str], Attempt]) -> Subject:
    """An exercise, by what the newest report says of it and what this copy of the grader knows."""
    graded = [each for (_, exercise), each in chosen.items() if exercise == slug and each.verdict is not None]
    newest = max(graded, key=lambda each: (each.graded_at, each.id), default=None)
    report = book.report(newest.id) if newest is not None else None
    try:
        mistakes = {each.id: each for each in load(slug).mistakes} if slug in slugs() else {}
    except ContentError:  # its author is at work on it; the reports stand
        mistakes = {}
    return Subject(
        slug=slug,
        title=report.exercise_title if report is not None else Text(slug, slug),
        parts=report.parts if report is not None else (),
        checks={each.check.id: each.check.title for each in report.checks} if report is not None else {},
        mistakes=mistakes,
    )
