"""The scorecard as a page: whole, offline, in both languages, and deaf to what a candidate typed."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.errors import ReportError
from grader.model import Language, Text, TimingVerdict
from grader.practice.bank import load_questions
from grader.practice.interview import Code, FollowUpAnswer, FoundMistake, QuizAnswer, State, TimedCheck
from grader.practice.interview_plan import Plan
from grader.practice.scorecard import Scorecard, scorecard
from grader.practice.scorecard_page import render_scorecard, time_used

EVIL = "</style><script>alert(1)</script>\u202eevil\x1b[31m"


def card(
    said: str = "An answer.",
    *,
    hints: int = 2,
    ratio: float = 1.5,
    verdict: TimingVerdict = TimingVerdict.WITHIN,
) -> Scorecard:
    plan = Plan(
        exercise="self_attention",
        part="attention",
        parts=("attention",),
        follow_ups=(0,),
        questions=("kv_saves", "pd_decode_bound"),
        allowed_s={"code": 360.0, "follow_ups": 90.0, "quiz": 150.0},
    )
    state = State(
        seed=4,
        minutes=10,
        folder="",
        plan=plan,
        allowed_s=dict(plan.allowed_s),
        used_s={"code": 125.4},
        hints=hints,
        gradings=3,
        code=Code(
            points=10,
            max_points=20,
            verdict="wrong_answer",
            mistakes=(FoundMistake(id="attn_no_scale", title=Text(en="No scale", zh="没有缩放"), function="f"),),
            timed=(TimedCheck(title=Text(en="Time", zh="时间"), ratio=ratio, budget=3.0, verdict=verdict),),
        ),
        follow_ups=[FollowUpAnswer(number=0, answer=said, rating=1)],
        answers=[
            QuizAnswer(question="kv_saves", answer=said, outcome="wrong", credit=0, misconceptions=("queries_cached",))
        ],
    )
    return scorecard(state, load("self_attention"), load_questions(), "2026-03-01T12:00:00+00:00")


@pytest.mark.parametrize(("language", "headings"), [
    ("en", ("Points and time", "Code", "Follow-up questions", "Quiz", "What to practise next", "What it gives away")),
    ("zh", ("得分与用时", "写代码", "追问", "小题", "接下来练什么", "反映出的误解")),
])  # fmt: skip
def test_everything_is_on_it(language: Language, headings: tuple[str, ...]) -> None:
    """Correctness, speed, mistakes, answers, time, and what comes next."""
    page = render_scorecard(card(), language)
    said = html.unescape(page)

    for each in (*headings, "attn_no_scale", "1.50", "2:05", "An answer.", "grader quiz --topic kv_cache"):
        assert each in said


def test_chinese_readers_read_chinese() -> None:
    """No English sentence of ours is left on the Chinese page; sources and commands are names."""
    page = render_scorecard(card("答"), "zh")
    text = re.sub(r"(?s)<style>.*?</style>|<code>.*?</code>|<dt>出处</dt><dd>.*?</dd>|<[^>]+>", " ", page)
    english = re.findall(r"[A-Za-z]+(?: [a-z]+){3,}", text)

    assert english == []


def test_nothing_is_loaded_and_nothing_runs() -> None:
    """It opens offline; its own policy allows its style sheet only."""
    page = render_scorecard(card(EVIL), "en")

    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", page)
    assert "default-src 'none'; style-src 'sha256-" in html.unescape(page)


@pytest.mark.parametrize(
    ("verdict", "tone", "word"),
    [
        (TimingVerdict.WITHIN, "good", "within budget"),
        (TimingVerdict.OVER, "bad", "over budget"),
        (TimingVerdict.TOO_NOISY, "warn", "too noisy"),
    ],
)
def test_a_time_is_judged_as_in_the_report(verdict: TimingVerdict, tone: str, word: str) -> None:
    """Noise is no lateness; what was not measured is a dash."""
    page = render_scorecard(card(ratio=float("nan"), verdict=verdict), "en")

    assert re.search(rf'<tr class="tone-{tone}">.*Time</th>.*—.*3\.00×.*{word}', page)
    assert "nan" not in page


def test_the_time_of_the_beginning_is_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the history, to the minute."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert "2026-03-01 20:00 · " in render_scorecard(card(), "en")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_one_hint_is_one() -> None:
    """Numbers of things read well, and none is not mentioned."""
    assert "One hint was used; it cost 3.0 points." in html.unescape(render_scorecard(card(hints=1), "en"))
    assert "used; " not in render_scorecard(card(hints=0), "en")


def test_missing_templates_are_said(tmp_path: Path) -> None:
    """A broken installation is named as one."""
    with pytest.raises(ReportError, match="templates"):
        render_scorecard(card(), "en", templates=tmp_path)


def test_time_reads_as_on_a_clock() -> None:
    """Minutes and two digits of seconds."""
    assert [time_used(each) for each in (0, 59.6, 61, 3600)] == ["0:00", "1:00", "1:01", "60:00"]
