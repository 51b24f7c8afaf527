"""What is remembered of attempts, mistakes, hints."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.model import Confidence, Diagnosis, Outcome, Report, Verdict
from grader.practice.history import History, is_whole
from grader.practice.records import MistakeRecord
from grader.practice.store import HistoryError

PASSED, FAILED, NOT_GRADED = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_GRADED
Reports = Callable[..., Report]
Mistakes = Callable[..., Diagnosis]


def test_an_attempt_is_remembered_with_its_checks(history: History, report_of: Reports) -> None:
    """Score, verdict, each check, and the ratio of the timed ones; latest first."""
    history.record(report_of({"a": PASSED, "t": FAILED}, ratios={"t": 1.5}))
    history.record(report_of({"a": PASSED, "t": PASSED}, verdict=Verdict.ACCEPTED), interview="i1")

    second, first = history.attempts("adder")
    assert (first.score, first.max_score, first.verdict) == (10, 20, Verdict.WRONG_ANSWER)
    assert (second.verdict, second.interview) == (Verdict.ACCEPTED, "i1")
    assert [(each.check, each.outcome, each.ratio) for each in history.checks_of(first.id)] == [
        ("a", PASSED, None),
        ("t", FAILED, 1.5),
    ]
    assert history.attempts("other") == ()
    assert len(history.attempts(limit=1)) == 1


def test_a_mistake_is_cured_when_its_checks_pass(history: History, report_of: Reports, mistake: Mistakes) -> None:
    """Made once, told once; gone once, told once."""
    wrong = report_of({"a": FAILED, "b": PASSED}, mistake("no_scale", "a"))
    assert history.record(wrong).made == ("no_scale",)
    assert history.record(wrong).made == ()

    right = report_of({"a": PASSED, "b": PASSED})
    assert history.record(right).cured == ("no_scale",)
    assert history.record(right).cured == ()
    (kept,) = history.mistakes("adder")
    assert kept.cured_at is not None
    assert kept.times == 1


def test_two_shells_at_once_do_not_both_tell_it(
    tmp_path: Path, report_of: Reports, mistake: Mistakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is new is judged where nobody else can record meanwhile."""
    file, wrong = tmp_path / "h.sqlite3", report_of({"a": FAILED}, mistake("no_scale", "a"))
    History(file).close()
    real, made = History.mistakes, []

    def slowly(history: History, exercise: str | None = None) -> tuple[MistakeRecord, ...]:
        found = real(history, exercise)
        time.sleep(0.3)  # for the other one to look too, if it may
        return found

    def shell() -> None:
        with History(file) as history:
            made.extend(history.record(wrong).made)

    monkeypatch.setattr(History, "mistakes", slowly)
    shells = [threading.Thread(target=shell) for _ in range(2)]
    for each in shells:
        each.start()
    for each in shells:
        each.join()

    assert made == ["no_scale"]


@pytest.mark.parametrize("now", [FAILED, NOT_GRADED, Outcome.SKIPPED, Outcome.NOT_ATTEMPTED])
def test_a_mistake_that_is_no_longer_named_is_not_cured_by_that(
    history: History, report_of: Reports, mistake: Mistakes, now: Outcome
) -> None:
    """Its checks fail for another reason, or were left out: nothing is known."""
    history.record(report_of({"a": FAILED}, mistake("no_scale", "a")))

    assert history.record(report_of({"a": now, "b": PASSED})).cured == ()
    assert history.mistakes()[0].cured_at is None


def test_a_mistake_made_again_counts_again(history: History, report_of: Reports, mistake: Mistakes) -> None:
    """It is open again, and its first time stays."""
    wrong, right = report_of({"a": FAILED}, mistake("no_scale", "a")), report_of({"a": PASSED})
    history.record(wrong)
    first_at = history.mistakes()[0].first_at
    history.record(right)

    assert history.record(wrong).made == ("no_scale",)
    (kept,) = history.mistakes()
    assert (kept.times, kept.first_at, kept.cured_at) == (2, first_at, None)


def test_the_surest_confidence_stays(history: History, report_of: Reports, mistake: Mistakes) -> None:
    """What was exact once is not doubted for being one of several later."""
    for confidence in (Confidence.SEVERAL, Confidence.EXACT, Confidence.SEVERAL):
        history.record(report_of({"a": FAILED}, mistake("no_scale", "a", confidence=confidence)))

    assert history.mistakes()[0].confidence is Confidence.EXACT


def test_best_scores(history: History, report_of: Reports) -> None:
    """The first attempt is no record; a later one that scores more is."""
    assert history.best_score("adder") is None
    assert not history.record(report_of({"a": PASSED, "b": FAILED})).best
    assert not history.record(report_of({"a": FAILED, "b": FAILED})).best
    assert history.record(report_of({"a": PASSED, "b": PASSED})).best
    assert history.best_score("adder") == 20


def test_best_ratios_are_of_checks_that_passed(history: History, report_of: Reports) -> None:
    """A fast check that failed is none."""
    history.record(report_of({"t": PASSED}, ratios={"t": 1.5}))
    history.record(report_of({"t": PASSED}, ratios={"t": 1.2}))
    history.record(report_of({"t": FAILED}, ratios={"t": 0.5}))

    assert history.best_ratios("adder") == {"t": 1.2}


def test_hints_are_counted_by_part(history: History, report_of: Reports) -> None:
    """Once each, and attempts know how many were used before them."""
    for part, level in (("one", 1), ("one", 1), ("one", 2), ("two", 1)):
        history.record_hint("adder", part, level)

    assert history.hint_level("adder", "one") == 2
    assert history.hints_used("adder") == 3
    history.record(report_of({"a": PASSED}))
    assert history.attempts()[0].hints == 3


def test_a_solution_that_was_seen_is_remembered(history: History) -> None:
    """For its exercise only."""
    history.record_solution_seen("adder")
    history.record_solution_seen("adder")

    assert history.solution_seen("adder")
    assert not history.solution_seen("other")


def test_a_clock_set_back_changes_no_order(history: History, report_of: Reports, clock) -> None:
    """The latest attempt is the one that was recorded last."""
    history.record(report_of({"a": PASSED}))
    clock.pass_days(-400)
    history.record(report_of({"a": FAILED}))

    assert [each.score for each in history.attempts()] == [0, 10]


def test_forgetting_one_exercise_leaves_the_others(history: History, report_of: Reports, mistake: Mistakes) -> None:
    """Or everything goes."""
    for exercise in ("adder", "other"):
        history.record(report_of({"a": FAILED}, mistake("m", "a"), exercise=exercise))
        history.record_hint(exercise, "one", 1)

    history.forget("adder")
    assert [each.exercise for each in history.attempts()] == ["other"]
    assert [each.exercise for each in history.mistakes()] == ["other"]
    assert history.checks_of(1) == ()

    history.forget()
    assert history.attempts() == ()
    assert history.mistakes() == ()
    assert history.hints_used("other") == 0


def test_whole_is_what_left_nothing_out(report_of: Reports) -> None:
    """One check left out on request makes it a part."""
    assert is_whole(report_of({"a": PASSED, "b": FAILED}))
    assert not is_whole(report_of({"a": PASSED, "b": NOT_GRADED}))


NONSENSE = ("nonsense", 2**62, b"\xff\xfe", "[" * 5_000, "0001-01-01T00:00:00+14:00", "2026-03-01T12:00:00")
ASKED: dict[tuple[str, str], Callable[[History], object]] = {
    ("attempts", "at"): History.attempts,
    ("attempts", "verdict"): History.attempts,
    ("answers", "at"): History.days,
    ("check_results", "outcome"): lambda history: history.checks_of(1),
    ("mistakes", "checks"): History.mistakes,
    ("mistakes", "last_at"): History.mistakes,
    ("mistakes", "confidence"): History.mistakes,
}


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("where", ASKED)
def test_what_a_hand_has_written_is_said(
    history: History, report_of: Reports, mistake: Mistakes, where: tuple[str, str], value: object
) -> None:
    """Words for times, times that no zone can show, no JSON: a sentence, as for a file that cannot be read."""
    history.record(report_of({"a": FAILED}, mistake("no_scale", "a")))
    history.write("INSERT INTO answers VALUES (1, 'quiz:x', ?, 1, 3, 'B', NULL)", history.stamp())
    table, column = where
    history.write(f"UPDATE {table} SET {column} = ?", value)

    with pytest.raises(HistoryError, match="cannot be used"):
        ASKED[where](history)


@pytest.mark.parametrize("value", ["nonsense", b"\xff"])
def test_a_score_that_is_no_number_is_said(history: History, report_of: Reports, value: object) -> None:
    """The best of them and the best times are read by themselves."""
    history.record(report_of({"a": PASSED}, ratios={"a": 1.0}))
    history.write("UPDATE attempts SET score = ?", value)
    history.write("UPDATE check_results SET ratio = ?", value)

    for ask in (history.best_score, history.best_ratios):
        with pytest.raises(HistoryError, match="cannot be used"):
            ask("adder")
