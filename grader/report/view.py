"""View models: a report in one language, every string ready to show, for the page and the terminal alike.

Writers loop over these and decide nothing. All strings have passed the sanitizer; none is escaped for HTML yet. A
`tone` is one of `good`, `bad`, `warn`, `calm` and stands beside a word, so that colour is never the only sign.
"""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from grader.model import Language
from grader.report.redact import View
from grader.report.words import Tone


class FactView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a list of facts."""

    label: str
    value: str


class EvidenceView(msgspec.Struct, frozen=True, kw_only=True):
    """One call on which the submission went wrong; empty strings stand for what is not known or not shown."""

    call: str
    inputs: str
    where: str
    expected: str
    got: str
    predicted: str
    agrees: bool  # what the mistake predicts is what came back


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    tone: Tone
    mark: str
    outcome: str  # the closed list's own word, for class names
    outcome_word: str
    points: str
    max_points: str
    visible: bool
    message: str  # empty for a check that passed
    repeats: bool  # the check before it in its part says the same
    cost: str
    traceback: str
    evidence: EvidenceView | None
    explained_by: tuple[FactView, ...]  # label: title of a diagnosis; value: its anchor


class DiagnosisView(msgspec.Struct, frozen=True, kw_only=True):
    anchor: str
    title: str
    function: str
    confidence: str  # the closed list's own word
    confidence_word: str
    confidence_sentence: str
    explanation: str
    mistakes: tuple[str, ...]
    checks: tuple[str, ...]  # titles
    inherited_by: tuple[str, ...]
    evidence: EvidenceView | None


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    anchor: str
    number: int
    title: str
    tone: Tone
    mark: str
    points: str  # a dash where nothing was judged
    max_points: str
    share: int  # points gained, in thousandths of the part's
    tally: str
    open: bool  # there is something to read
    checks: tuple[CheckView, ...]
    diagnoses: tuple[DiagnosisView, ...]
    hints: tuple[str, ...]


class TimingView(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    tone: Tone
    mark: str
    verdict_word: str
    sentence: str
    ratio: str
    low: str
    high: str
    budget: str
    repeats: str
    candidate: str
    reference: str
    chart: Markup | None


class StageView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    start: str
    duration: str
    left: int  # thousandths of the whole
    width: int


class IsolationView(msgspec.Struct, frozen=True, kw_only=True):
    tier: str
    tone: Tone
    mark: str
    sentence: str
    layers: tuple[str, ...]
    missing: tuple[str, ...]


class FollowUpView(msgspec.Struct, frozen=True, kw_only=True):
    question: str
    answer: str


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """One report, for one language and one kind of reader."""

    anchor: str
    language: Language
    view: View
    submission: str
    exercise: str
    exercise_title: str
    verdict: str  # the closed list's own word
    verdict_word: str
    tone: Tone
    mark: str
    score: str
    max_score: str
    share: int  # of the score, in thousandths
    summary: str
    stopper: FactView | None  # why nothing ran at all: a message and the lines of the candidate's file
    next_part: FactView | None  # label: its title; value: its anchor
    notes: tuple[str, ...]
    findings: tuple[FactView, ...]  # label: title of a diagnosis; value: its anchor
    parts: tuple[PartView, ...]
    timing: tuple[TimingView, ...]
    stages: tuple[StageView, ...]
    isolation: IsolationView
    followups: tuple[FollowUpView, ...]
    output: str
    facts: tuple[FactView, ...]
