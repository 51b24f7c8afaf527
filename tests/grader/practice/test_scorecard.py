"""The sums of an interview, and what it advises."""

from __future__ import annotations

import pytest

from grader.catalog.load import load
from grader.model import Text, TimingVerdict
from grader.practice.bank import load_questions
from grader.practice.interview import Code, FollowUpAnswer, FoundMistake, QuizAnswer, State, TimedCheck
from grader.practice.interview_plan import Plan
from grader.practice.scorecard import HINT_COST, WEIGHTS, Scorecard, scorecard

BANK = load_questions()
EXERCISE = load("self_attention")
PLAN = Plan(
    exercise="self_attention",
    part="attention",
    parts=("attention",),
    follow_ups=(0, 1),
    questions=("kv_saves", "kv_gqa", "bt_eval", "mt_f1"),
    allowed_s={"code": 360.0, "follow_ups": 90.0, "quiz": 150.0},
)


def code(points: float = 20, **more: object) -> Code:
    settings = {"verdict": "accepted", "mistakes": (), "timed": (), **more}
    return Code(points=points, max_points=20, **settings)  # type: ignore[arg-type]


def answer(name: str, credit: float = 1.0, *misconceptions: str) -> QuizAnswer:
    outcome = "right" if credit else "wrong"
    return QuizAnswer(question=name, answer="B", outcome=outcome, credit=credit, misconceptions=misconceptions)


def state(**settings: object) -> State:
    return State(seed=4, minutes=10, folder="/tmp/x", plan=PLAN, allowed_s=dict(PLAN.allowed_s), **settings)  # type: ignore[arg-type]


def card(**settings: object) -> Scorecard:
    return scorecard(state(**settings), EXERCISE, BANK, "2026-03-01T12:00:00+00:00")


FLAWLESS = {
    "code": code(),
    "follow_ups": [FollowUpAnswer(number=0, answer="a", rating=2), FollowUpAnswer(number=1, answer="b", rating=2)],
    "answers": [answer(each) for each in PLAN.questions],
}


def test_a_flawless_interview_is_worth_everything() -> None:
    """Weights add up to 100, and there is always something to do next."""
    flawless = card(**FLAWLESS)

    assert sum(WEIGHTS.values()) == 100
    assert (flawless.score, flawless.max_score) == (pytest.approx(100), 100)
    assert [each.tone for each in flawless.phases] == ["good"] * 3
    assert [each.command for each in flawless.advice] == ["grader interview"]


def test_an_empty_interview_is_worth_nothing() -> None:
    """Nothing said, nothing graded, so no points for code; every question is listed as not answered."""
    empty = card()

    assert empty.score == 0
    assert empty.max_score == WEIGHTS["follow_ups"] + WEIGHTS["quiz"]
    assert empty.verdict.en == "Not graded"
    assert {each.outcome.en for each in empty.answers} == {"not answered"}
    assert len(empty.answers) == len(PLAN.questions)
    assert [each.rating for each in empty.follow_ups] == [0, 0]


def test_noise_is_no_reason_to_be_faster() -> None:
    """Only what was over its budget is."""
    noisy = TimedCheck(title=Text(en="T", zh="时"), ratio=9.0, budget=3.0, verdict=TimingVerdict.TOO_NOISY)

    assert "grader solution self_attention" not in [each.command for each in card(code=code(timed=(noisy,))).advice]


def test_an_answer_that_was_not_judged_counts_nothing() -> None:
    """It is on the card all the same."""
    one = card(follow_ups=[FollowUpAnswer(number=0, answer="mine")])

    assert one.phases[1].points == 0
    assert (one.follow_ups[0].answer, one.follow_ups[0].rating) == ("mine", 0)


def test_hints_cost() -> None:
    """Each takes its share off the code's points, never below zero; the card says how much it was."""
    two = card(**{**FLAWLESS, "hints": 2})

    assert two.phases[0].points == pytest.approx(WEIGHTS["code"] * (1 - 2 * HINT_COST))
    assert two.hint_cost == pytest.approx(WEIGHTS["code"] * 2 * HINT_COST)
    assert card(**{**FLAWLESS, "hints": 99}).phases[0].points == 0


def test_each_phase_counts_for_itself() -> None:
    """Half of the code, half of the follow-ups, three quarters of the quiz."""
    some = card(
        code=code(10),
        follow_ups=[FollowUpAnswer(number=0, answer="a", rating=2)],
        answers=[answer("kv_saves"), answer("kv_gqa"), answer("bt_eval"), answer("mt_f1", 0.0, "f1_arithmetic")],
        used_s={"code": 100.0},
    )

    assert [each.points for each in some.phases] == pytest.approx([30, 7.5, 18.75])
    assert some.phases[0].used_s == 100
    assert some.answers[3].misconceptions[0].en == BANK.misconceptions["f1_arithmetic"].title.en


def test_it_says_what_to_practise_next() -> None:
    """Mistakes by name, the exercise, speed, weak topics: each with a command, none twice."""
    mistake = FoundMistake(id="attn_no_scale", title=Text(en="No scale", zh="没有缩放"), function="f")
    symptom = FoundMistake(id="", title=Text(en="Transposed", zh="转置了"), function="f")
    slow = TimedCheck(title=Text(en="Time", zh="时间"), ratio=9.0, budget=3.0, verdict=TimingVerdict.OVER)
    poor = card(code=code(5, mistakes=(mistake, symptom), timed=(slow,)), answers=[answer("kv_saves")])

    assert [each.command for each in poor.advice] == [
        "grader explain attn_no_scale",
        "grader start self_attention",
        "grader solution self_attention",
        "grader quiz --topic kv_cache",
        "grader quiz --topic bert",
        "grader quiz --topic metrics",
    ]
    assert [each.title.en for each in poor.mistakes] == ["No scale", "Transposed"]


def test_questions_that_are_gone_cost_nothing_but_their_line() -> None:
    """The bank or the exercise may have changed between two sittings."""
    plan = Plan(
        **{
            **{name: getattr(PLAN, name) for name in Plan.__struct_fields__},
            "questions": ("gone",),
            "follow_ups": (99,),
        }
    )
    made = scorecard(State(seed=1, minutes=1, folder="", plan=plan), EXERCISE, BANK, "")

    assert made.answers == ()
    assert made.follow_ups == ()
