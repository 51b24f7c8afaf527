"""An interview under way: three phases, each with its time. Every answer is kept at once, so nothing is lost.

Time is what passes while somebody is there: a closed terminal stops it. The clock is given and only ever goes forward.
This module must not know how anything is shown, nor who grades the code.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from grader.marking import Mark, MarkOutcome
from grader.model import PENDING, Exercise, Report, Text, TimingVerdict
from grader.practice import reviews, schedule
from grader.practice.hints import Hint, next_hint
from grader.practice.history import History
from grader.practice.interview_plan import Plan

Phase = Literal["code", "follow_ups", "quiz", "done"]
PHASES: tuple[Phase, ...] = ("code", "follow_ups", "quiz")
DONE: Phase = "done"
KEEP_WALL_S = 5.0  # so much time is lost at most when the terminal goes

Seconds = Callable[[], float]


class FoundMistake(msgspec.Struct, frozen=True, kw_only=True):
    """A mistake in the code, by name where it has one."""

    id: str  # empty: a symptom only
    title: Text
    function: str


class TimedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison with the reference."""

    title: Text
    ratio: float
    budget: float
    verdict: TimingVerdict = TimingVerdict.WITHIN


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the code when it was last graded."""

    points: float
    max_points: float
    verdict: str
    mistakes: tuple[FoundMistake, ...]
    timed: tuple[TimedCheck, ...]


class FollowUpAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a follow-up question."""

    number: int
    answer: str
    # The candidate's own, against the model answer: 0 missed .. 2 full. None: interrupted before it was given.
    rating: int | None = None


class QuizAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question of the bank, marked."""

    question: str
    answer: str
    outcome: str
    credit: float
    misconceptions: tuple[str, ...]


class State(msgspec.Struct, kw_only=True):
    """Everything that an interview is made of; kept as JSON."""

    seed: int
    minutes: float
    folder: str
    plan: Plan
    phase: Phase = PHASES[0]
    used_s: dict[str, float] = msgspec.field(default_factory=dict)
    allowed_s: dict[str, float] = msgspec.field(default_factory=dict)
    hints: int = 0
    gradings: int = 0
    code: Code | None = None
    follow_ups: list[FollowUpAnswer] = msgspec.field(default_factory=list)
    answers: list[QuizAnswer] = msgspec.field(default_factory=list)


class Interview:
    """One interview of one person."""

    def __init__(self, history: History, kept: reviews.Interview, clock: Seconds) -> None:
        """
        Args:
            kept: as it is in the history; a state of another version raises `msgspec.ValidationError`.
            clock: seconds that only go forward.
        """
        self.id = kept.id
        self.state = msgspec.convert(kept.state, State)
        self._history = history
        self.started_at = kept.started_at
        self._clock = clock
        self._seen = clock()
        self._kept_used = 0.0

    @classmethod
    def begin(
        cls, history: History, plan: Plan, *, seed: int, minutes: float, folder: str, clock: Seconds
    ) -> Interview:
        """Begin one, and keep it.

        Raises:
            HistoryError: it could not be kept, so it would not survive a closed terminal.
        """
        started_at = history.stamp()
        known = {each.id for each in reviews.interviews(history)}
        number = next(number for number in range(1, len(known) + 2) if f"{started_at}/{number}" not in known)
        state = State(seed=seed, minutes=minutes, folder=folder, plan=plan, allowed_s=dict(plan.allowed_s))
        kept = reviews.Interview(
            id=f"{started_at}/{number}", started_at=started_at, ended_at=None, state=msgspec.to_builtins(state)
        )
        reviews.save_interview(history, kept)
        return cls(history, kept, clock)

    @classmethod
    def under_way(cls, history: History, clock: Seconds) -> Interview | None:
        """The latest that is not over, or None; one that cannot be read is passed over."""
        for kept in reviews.interviews(history, under_way=True):
            try:
                return cls(history, kept, clock)
            except msgspec.ValidationError:
                continue
        return None

    # Time.

    def tick(self) -> None:
        """Let the time since the last look count for the present phase."""
        now = self._clock()
        passed, self._seen = max(0.0, now - self._seen), now
        if self.state.phase == DONE:
            return
        used = self.state.used_s.get(self.state.phase, 0.0) + passed
        self.state.used_s[self.state.phase] = used
        self._kept_used += passed
        if self._kept_used >= KEEP_WALL_S:
            self.keep()

    @contextlib.contextmanager
    def off_the_clock(self) -> Iterator[None]:
        """Let what passes inside count for no phase."""
        self.tick()
        try:
            yield
        finally:
            self._seen = self._clock()

    def left_s(self) -> float:
        """Seconds that are left of the present phase; 0 where it is over."""
        self.tick()
        phase = self.state.phase
        if phase == DONE:
            return 0.0
        return max(0.0, self.state.allowed_s.get(phase, 0.0) - self.state.used_s.get(phase, 0.0))

    def next_phase(self) -> str:
        """Go on to the next phase; time that was not needed goes with it."""
        left = self.left_s()
        at = PHASES.index(self.state.phase) + 1
        self.state.phase = PHASES[at] if at < len(PHASES) else DONE
        if self.state.phase != DONE:
            self.state.allowed_s[self.state.phase] = self.state.allowed_s.get(self.state.phase, 0.0) + left
        self.keep()
        return self.state.phase

    # What happens in it.

    def hint(self, exercise: Exercise) -> Hint:
        """The next hint for the part. A new one costs; see `scorecard`."""
        part = next(each for each in exercise.parts if each.id == self.state.plan.part)
        found = next_hint(part, self.state.hints)
        if found.levels and found.new:
            self.state.hints = found.level
            self._history.record_hint(exercise.slug, part.id, found.level)
            self.keep()
        return found

    def graded(self, report: Report, exercise: Exercise) -> Code:
        """Take a grading in; the last one counts. What could not be judged costs nothing, as in its report."""
        judged = [each for each in report.checks if each.outcome not in PENDING]
        titles = {each.check.id: each.check.title for each in report.checks}
        code = Code(
            points=sum(each.points for each in judged),
            max_points=sum(each.check.points for each in judged),
            verdict=report.verdict.value,
            mistakes=tuple(_mistakes(report, exercise)),
            timed=tuple(
                TimedCheck(
                    title=titles.get(each.check, Text(en=each.check, zh=each.check)),
                    ratio=each.ratio,
                    budget=each.budget,
                    verdict=each.verdict,
                )
                for each in report.timing
            ),
        )
        self.state.code = code
        self.state.gradings += 1
        self.keep()
        return code

    def followed_up(self, number: int, answer: str) -> None:
        """Take an answer to a follow-up question in, before its model answer is shown."""
        self.state.follow_ups.append(FollowUpAnswer(number=number, answer=answer))
        self.keep()

    def rated(self, number: int, rating: int) -> None:
        """Take in what the candidate makes of an answer to a follow-up question."""
        self.state.follow_ups = [
            msgspec.structs.replace(each, rating=rating) if each.number == number else each
            for each in self.state.follow_ups
        ]
        self.keep()

    def answered(self, mark: Mark, answer: str) -> None:
        """Take an answer to a question of the bank in."""
        self.state.answers.append(
            QuizAnswer(
                question=mark.question,
                answer=answer,
                outcome=(MarkOutcome.RIGHT if schedule.is_right(mark) else mark.outcome).value,
                credit=mark.credit,
                misconceptions=mark.misconceptions,
            )
        )
        self.keep()

    # Keeping.

    def keep(self) -> None:
        """Write the state down.

        Raises:
            HistoryError: it could not be written.
        """
        self._kept_used = 0.0
        self._save(None)

    def end(self) -> None:
        """End it: its scorecard is written, or nobody wants it. It cannot be gone on with."""
        self._save(self._history.stamp())

    def _save(self, ended_at: str | None) -> None:
        state = msgspec.to_builtins(self.state)
        reviews.save_interview(
            self._history,
            reviews.Interview(id=self.id, started_at=self.started_at, ended_at=ended_at, state=state),
        )


def _mistakes(report: Report, exercise: Exercise) -> list[FoundMistake]:
    """Every mistake by its own name; a diagnosis without one stands for itself."""
    titles = {each.id: each.title for each in exercise.mistakes}
    return [
        FoundMistake(id=name, title=titles.get(name, diagnosis.title), function=diagnosis.function)
        for diagnosis in report.diagnoses
        for name in diagnosis.mistakes or ("",)
    ]
