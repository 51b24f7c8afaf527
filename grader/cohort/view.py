"""View models of the cohort report: one language, every string cleaned and ready to show, nothing left to decide.

As `grader.report.view`, of which it takes the lists of facts. A `share` is in thousandths, for the bars.
"""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from grader.report.view import FactView, ReportView
from grader.report.words import Tone


class CellView(msgspec.Struct, frozen=True, kw_only=True):
    """What a candidate has for one exercise, in the list of candidates."""

    points: str  # a dash where nothing is decided
    credit: float  # what the column is sorted by; -1 where there is nothing
    tone: Tone
    mark: str
    word: str


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate in the list."""

    name: str
    page: str  # relative to the index
    total: str
    total_value: float
    cells: tuple[CellView | None, ...]  # one an exercise; None where nothing was handed in
    attempts: int
    late: str  # empty where nothing was late
    late_s: float
    waits: bool
    mistakes: tuple[int, ...]  # numbers of rows of the map


class ChartView(msgspec.Struct, frozen=True, kw_only=True):
    """A chart with the table of its numbers."""

    title: str
    sentence: str
    chart: Markup
    head: tuple[str, str]
    rows: tuple[tuple[str, str], ...]


class PartRateView(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    share: int
    percent: str
    whole: str
    answers: int


class MarkView(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate in a row of the map."""

    column: int
    page: str
    name: str
    sure: bool


class MistakeView(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the map."""

    number: int  # among all exercises, from 1
    title: str
    id: str
    people: int
    perhaps: int
    percent: str  # of those who handed in
    explanation: str
    marks: tuple[MarkView, ...]


class MapView(msgspec.Struct, frozen=True, kw_only=True):
    """Who made which mistake: a row a mistake, a column a candidate, best score first."""

    columns: int
    scores: tuple[tuple[int, int], ...]  # column and share of the score in thousandths
    rows: tuple[MistakeView, ...]
    teach: tuple[MistakeView, ...]  # the ones to teach next


class ItemView(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    id: str
    part: str
    points: str
    answers: int
    passed: int
    difficulty: str
    share: int
    discrimination: str
    discrimination_value: float
    remark: str
    tone: Tone


class SubjectView(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise of the cohort."""

    slug: str
    title: str
    handed_in: str
    parts: tuple[PartRateView, ...]
    map: MapView | None
    items: tuple[ItemView, ...]
    dead: str  # a sentence on checks that tell nothing; empty where there are none
    times: tuple[ChartView, ...]


class OpenView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    page: str  # empty where it is not known whose it is
    exercise: str  # empty for what could not be taken in
    what: str


class PairView(msgspec.Struct, frozen=True, kw_only=True):
    """Two submissions with passages in common, in the list."""

    first: FactView  # label: name; value: page
    second: FactView
    exercise: str
    percent: str
    share: float
    tokens: int
    page: str


class ClusterView(msgspec.Struct, frozen=True, kw_only=True):
    exercise: str
    members: tuple[FactView, ...]


class SimilarView(msgspec.Struct, frozen=True, kw_only=True):
    pairs: tuple[PairView, ...]
    clusters: tuple[ClusterView, ...]
    notes: tuple[str, ...]


class IndexView(msgspec.Struct, frozen=True, kw_only=True):
    """The index of the site."""

    title: str
    figures: tuple[FactView, ...]
    subjects: tuple[SubjectView, ...]
    rows: tuple[RowView, ...]
    mistakes: tuple[MistakeView, ...]  # of all exercises, for the filter
    scores: ChartView | None
    attempts: ChartView | None
    open: tuple[OpenView, ...]
    similar: SimilarView
    rules: tuple[FactView, ...]
    anonymous: bool


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided on a check."""

    check: str
    points: str
    who: str
    when: str
    why: str


class TryView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt in a candidate's list."""

    exercise: str
    number: int
    when: str
    late: str
    tone: Tone
    mark: str
    word: str
    points: str
    counts: bool


class StandingView(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise of a candidate, with what was decided and taken off."""

    title: str
    anchor: str  # of the report on the same page; empty where there is none
    points: str
    late: str  # how late, and what that left of the points where it took any; empty where it was in time
    percent: str
    decisions: tuple[DecisionView, ...]


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate's page."""

    name: str
    total: str
    standings: tuple[StandingView, ...]
    tries: tuple[TryView, ...]
    open: tuple[OpenView, ...]
    similar: tuple[PairView, ...]
    reports: tuple[ReportView, ...]


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    text: str
    common: bool


class SideView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    page: str
    lines: tuple[LineView, ...]
    cut: bool


class PairPageView(msgspec.Struct, frozen=True, kw_only=True):
    """Two sources side by side."""

    exercise: str
    sentence: str
    first: SideView
    second: SideView
