"""An interview keeps its time and everything that was said, through interruptions of every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader.catalog.load import load
from grader.marking import MarkOutcome, mark
from grader.model import PENDING, Outcome, Report, TimingVerdict
from grader.practice import reviews
from grader.practice.bank import load_questions
from grader.practice.history import History
from grader.practice.interview import DONE, KEEP_WALL_S, Interview
from grader.practice.interview_plan import make_plan
from grader.practice.store import HistoryError

BANK = load_questions()
EXERCISE = load("self_attention")


class Seconds:
    """A stopwatch that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def held(history: History, seconds: Seconds) -> Interview:
    plan = make_plan(history, [EXERCISE], BANK, seed=4, minutes=10, at=history._now())
    return Interview.begin(history, plan, seed=4, minutes=10, folder="/tmp/x", clock=seconds)


def again(history: History, seconds: Seconds) -> Interview:
    found = Interview.under_way(history, seconds)
    assert found is not None
    return found


def test_time_is_what_passes(held: Interview, seconds: Seconds) -> None:
    """It counts for the phase at hand and never below zero."""
    assert held.left_s() == pytest.approx(360)
    seconds.now += 100
    assert held.left_s() == pytest.approx(260)
    seconds.now += 1000
    assert held.left_s() == 0


def test_time_that_was_not_needed_goes_on(held: Interview, seconds: Seconds) -> None:
    """Whoever is quick with the code has longer for the questions."""
    seconds.now += 60
    held.next_phase()

    assert held.state.phase == "follow_ups"
    assert held.left_s() == pytest.approx(90 + 300)


def test_time_that_was_overrun_is_not_owed(held: Interview, seconds: Seconds) -> None:
    """The next phase has its own time, whole."""
    seconds.now += 1000
    held.next_phase()

    assert held.left_s() == pytest.approx(90)


def test_a_clock_that_goes_back_gives_no_time_away(held: Interview, seconds: Seconds) -> None:
    """Nor does it take any."""
    seconds.now -= 500
    assert held.left_s() == pytest.approx(360)


def test_what_is_off_the_clock_takes_no_time(held: Interview, seconds: Seconds) -> None:
    """What passed before it counts, and so does what comes after it, though it is interrupted."""
    seconds.now += 10

    def judge() -> None:
        with held.off_the_clock():
            seconds.now += 500
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge()
    seconds.now += 20

    assert held.left_s() == pytest.approx(330)


def test_a_closed_terminal_stops_the_time(history: History, held: Interview, seconds: Seconds) -> None:
    """What passed before it is kept but for a few seconds; what passes while nobody is there does not count."""
    for _ in range(10):
        seconds.now += 3
        held.tick()
    seconds.now += 5000
    resumed = again(history, seconds)

    assert resumed.id == held.id
    assert 360 - 30 <= resumed.left_s() <= 360 - 30 + KEEP_WALL_S + 3


def test_everything_said_is_kept_at_once(
    history: History, held: Interview, seconds: Seconds, report_of: Callable[..., Report]
) -> None:
    """Code, hints, answers: killed at any point, all that came before is there."""
    held.hint(EXERCISE)
    held.graded(report_of({"a": Outcome.PASSED, "b": Outcome.FAILED}), EXERCISE)
    held.next_phase()
    held.followed_up(held.state.plan.follow_ups[0], "Because.")
    assert again(history, seconds).state.follow_ups[0].answer == "Because."
    held.rated(held.state.plan.follow_ups[0], 1)
    assert held.state.follow_ups[0].rating == 1
    held.next_phase()
    name = held.state.plan.questions[0]
    held.answered(mark(BANK.questions[name], "no idea at all"), "no idea at all")
    resumed = again(history, seconds)

    assert msgspec.to_builtins(resumed.state) == msgspec.to_builtins(held.state)
    assert resumed.state.phase == "quiz"
    assert resumed.state.code is not None
    assert (resumed.state.code.points, resumed.state.code.max_points) == (10, 20)
    assert resumed.state.answers[0].answer == "no idea at all"


def test_hints_are_counted_up_to_the_last(history: History, held: Interview) -> None:
    """The last one again costs nothing more; the history knows of them too."""
    part = held.state.plan.part
    levels = [held.hint(EXERCISE).level for _ in range(5)]

    assert levels == [1, 2, 3, 3, 3]
    assert held.state.hints == 3
    assert history.hint_level("self_attention", part) == 3


def test_the_last_grading_counts(
    held: Interview, report_of: Callable[..., Report], mistake: Callable[..., Any]
) -> None:
    """With its mistakes by their own names, its ratios, and how often it took."""
    held.graded(report_of({"a": Outcome.FAILED}, mistake("attn_no_scale", "a")), EXERCISE)
    assert held.state.code is not None
    assert held.state.code.mistakes[0].title.en == "Scores are not divided by sqrt(d)"
    held.graded(report_of({"a": Outcome.PASSED}, ratios={"a": 1.2}), EXERCISE)

    assert held.state.gradings == 2
    assert held.state.code.mistakes == ()
    assert held.state.code.timed[0].verdict is TimingVerdict.WITHIN
    assert held.state.code.timed[0].ratio == pytest.approx(1.2)


@pytest.mark.parametrize("pending", sorted(PENDING))
def test_what_was_not_judged_is_not_counted(
    held: Interview, report_of: Callable[..., Report], pending: Outcome
) -> None:
    """Left out on request, too noisy, a fault of ours: neither its points nor its maximum count."""
    code = held.graded(report_of({"a": Outcome.PASSED, "b": pending}), EXERCISE)

    assert (code.points, code.max_points) == (10, 10)


def test_a_right_answer_with_words_beside_it_is_right(held: Interview) -> None:
    """As in the quiz."""
    question = BANK.questions["at_max_subtraction"]
    unsure = msgspec.structs.replace(
        mark(question, "To avoid overflow; softmax is shift-invariant so it stays the same"), outcome=MarkOutcome.UNSURE
    )
    held.answered(unsure, "...")

    assert held.state.answers[0].outcome == "right"


def test_the_end_is_the_end(history: History, held: Interview, seconds: Seconds) -> None:
    """After the last phase no time is left; it is over once its scorecard is out, and not before."""
    assert [held.next_phase() for _ in range(3)] == ["follow_ups", "quiz", DONE]
    assert held.left_s() == 0
    assert again(history, seconds).state.phase == DONE
    held.end()
    assert Interview.under_way(history, seconds) is None
    assert reviews.interviews(history)[0].ended_at is not None


def test_one_that_was_dropped_is_over(history: History, held: Interview, seconds: Seconds) -> None:
    """Its record stays."""
    held.end()

    assert Interview.under_way(history, seconds) is None
    assert len(reviews.interviews(history)) == 1


def test_two_in_the_same_second_are_two(history: History, held: Interview, seconds: Seconds) -> None:
    """A fast machine overwrites nothing."""
    held.end()
    other = Interview.begin(history, held.state.plan, seed=5, minutes=10, folder="/tmp/y", clock=seconds)

    assert other.id != held.id
    assert len(reviews.interviews(history)) == 2


def test_one_of_another_version_is_passed_over(history: History, seconds: Seconds) -> None:
    """A state that cannot be read stops nobody from beginning anew."""
    strange = reviews.Interview(id="x", started_at=history.stamp(), ended_at=None, state={"of": "the future"})
    reviews.save_interview(history, strange)

    assert Interview.under_way(history, seconds) is None


def test_a_full_disk_is_said(history: History, held: Interview) -> None:
    """What cannot be kept is not silently lost."""
    history.close()

    with pytest.raises(HistoryError):
        held.keep()


def test_one_in_a_phase_that_there_is_not_is_passed_over(history: History, held: Interview, seconds: Seconds) -> None:
    """As one of another version: somebody has edited it."""
    state = {**msgspec.to_builtins(held.state), "phase": "tea"}
    kept = reviews.Interview(id=held.id, started_at=held.started_at, ended_at=None, state=state)
    reviews.save_interview(history, kept)

    assert Interview.under_way(history, seconds) is None
